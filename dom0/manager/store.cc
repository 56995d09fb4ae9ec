// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/store.h"

#include "proto/base/bytes.h"
#include "proto/base/escape.h"
#include "proto/base/handle.h"
#include "proto/base/unique_fd.h"

#include <cerrno>
#include <cstdio>

#include <dirent.h>
#include <fcntl.h>

#include <sys/stat.h>

namespace insula::manager {
namespace {

constexpr std::string_view kSuffix = ".toml";

Result<std::string> read_file(const std::string& path)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd)
        return system_error(errno, path);
    std::string text(kMaxDefinitionFile + 1, '\0');
    const ssize_t got = ::read(fd.get(), text.data(), text.size());
    if (got < 0)
        return system_error(errno, path);
    text.resize(static_cast<size_t>(got));
    return text;
}

Result<void> write_synced(const std::string& path, std::string_view text)
{
    const UniqueFd fd(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!fd)
        return system_error(errno, path);
    if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return system_error(errno ? errno : EIO, path);
    if (::fsync(fd.get()) != 0)
        return system_error(errno, path);
    return {};
}

Result<void> sync_folder(const std::string& path)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        return system_error(errno, path);
    return {};
}

Result<Definition> load_one(const std::string& folder, std::string_view file)
{
    auto name = DomainName::parse(file.substr(0, file.size() - kSuffix.size()));
    if (!name)
        return std::move(name.error()).within(folder + "/" + escape(file));
    const std::string path = folder + "/" + std::string(file);
    INSULA_TRY(const std::string text, read_file(path));
    return parse_definition(*std::move(name), text, path);
}

Error missing_template(const std::string& name, const std::string& path, const std::string& folder)
{
    std::string text = "template \"" + name + "\" is not installed (" + path;
    text.append(" is missing); put its vmlinux and initramfs into ").append(folder);
    return {Errc::NotFound, std::move(text)};
}

}  // namespace

std::string Store::path_of(const DomainName& name) const
{
    return domains() + "/" + name.str() + std::string(kSuffix);
}

Result<Store::Loaded> Store::load() const
{
    const Handle<DIR, ::closedir> folder(::opendir(domains().c_str()));
    if (!folder)
        return system_error(errno, domains());
    Loaded loaded;
    while (const dirent* entry = ::readdir(folder.get())) {
        const std::string_view file = entry->d_name;
        if (file.size() <= kSuffix.size() || !file.ends_with(kSuffix) || file.front() == '.')
            continue;
        if (loaded.definitions.size() >= kMaxDomains) {
            loaded.errors.push_back(Error(Errc::Exhausted, "more than 256 definitions"));
            break;
        }
        auto definition = load_one(domains(), file);
        if (definition)
            loaded.definitions.push_back(*std::move(definition));
        else
            loaded.errors.push_back(std::move(definition.error()));
    }
    return loaded;
}

Result<void> Store::save(const Definition& definition) const
{
    const std::string path = path_of(definition.name);
    const std::string draft = domains() + "/." + definition.name.str() + ".new";
    if (auto written = write_synced(draft, to_toml(definition)); !written) {
        ::unlink(draft.c_str());
        return written;
    }
    if (::rename(draft.c_str(), path.c_str()) != 0)
        return system_error(errno, path);
    return sync_folder(domains());
}

Result<void> Store::remove(const DomainName& name) const
{
    const std::string path = path_of(name);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return system_error(errno, path);
    return sync_folder(domains());
}

Result<BootFiles> Store::boot_files(const std::string& template_name) const
{
    const std::string folder = folder_ + "/templates/" + template_name;
    BootFiles files{folder + "/vmlinux", folder + "/initramfs"};
    for (const std::string* path : {&files.kernel, &files.ramdisk})
        if (struct stat info{}; ::stat(path->c_str(), &info) != 0 || !S_ISREG(info.st_mode))
            return missing_template(template_name, *path, folder);
    return files;
}

}  // namespace insula::manager
