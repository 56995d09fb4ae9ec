// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/init/guest_files.h"

#include "dom0/local-worker/guest.h"
#include "dom0/local-worker/init/authority.h"
#include "proto/base/unique_fd.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include <sys/random.h>
#include <sys/stat.h>

namespace insula::local_init {
namespace {

namespace guest = local_worker::guest;

Result<void> make_folder(const std::string& path, mode_t mode)
{
    // Some are there already, as the places where something is mounted. The mode is not the
    // umask's affair.
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
        return system_error(errno, path);
    if (::chmod(path.c_str(), mode) != 0)
        return system_error(errno, path);
    return {};
}

Result<void> write_file(const std::string& path, const std::string& text, mode_t mode)
{
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd)
        return system_error(errno, path);
    if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return system_error(errno, path);
    return {};
}

std::string accounts()
{
    const std::string user = std::to_string(guest::kUser);
    return "root:x:0:0:root:/root:/bin/bash\n" + std::string(guest::kUserName) + ":x:" + user +
           ":" + user + "::" + guest::kHome +
           ":/bin/bash\n"
           "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
}

std::string groups()
{
    return "root:x:0:\ntty:x:5:\n" + std::string(guest::kUserName) +
           ":x:" + std::to_string(guest::kUser) + ":\nnogroup:x:65534:\n";
}

Result<std::string> authority()
{
    Cookie cookie;
    if (::getrandom(cookie.data(), cookie.size(), 0) != static_cast<ssize_t>(cookie.size()))
        return system_error(errno, "getrandom");
    return authority_entry("0", cookie);
}

}  // namespace

std::string runtime_folder() { return "/run/user/" + std::to_string(guest::kUser); }

Result<void> make_guest_files(const std::string& name, const std::string& uuid)
{
    constexpr mode_t kUsual = 0755;
    constexpr mode_t kPrivate = 0700;
    constexpr mode_t kShared = 01777;
    for (const char* path : {"/etc", "/home", "/media", "/mnt", "/opt", "/run", "/run/user", "/srv",
                             "/var", "/var/cache", "/var/lib", "/var/log"})
        INSULA_CHECK(make_folder(path, kUsual));
    for (const std::string& path : {std::string("/root"), runtime_folder()})
        INSULA_CHECK(make_folder(path, kPrivate));
    for (const char* path : {"/run/lock", "/tmp", "/tmp/.ICE-unix", "/tmp/.X11-unix", "/var/tmp"})
        INSULA_CHECK(make_folder(path, kShared));
    if (::symlink("/run", "/var/run") != 0 || ::symlink("/run/lock", "/var/lock") != 0)
        return system_error(errno, "/var/run");

    INSULA_CHECK(write_file("/etc/passwd", accounts(), 0644));
    INSULA_CHECK(write_file("/etc/group", groups(), 0644));
    INSULA_CHECK(
        write_file("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n", 0644));
    INSULA_CHECK(write_file("/etc/hostname", name + "\n", 0644));
    INSULA_CHECK(
        write_file("/etc/hosts", "127.0.0.1 localhost " + name + "\n::1 localhost\n", 0644));
    INSULA_CHECK(write_file("/etc/machine-id", uuid + "\n", 0444));
    INSULA_TRY(const std::string entry, authority());
    return write_file(kXauthority, entry, 0600);
}

}  // namespace insula::local_init
