// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/sockets.h"

#include "proto/base/handle.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

namespace insula::local_worker {

bool is_socket_of(std::string_view file, uint32_t id)
{
    if (file.starts_with('.'))
        file.remove_prefix(1);
    constexpr std::string_view kPrefix = "vchan.";
    if (!file.starts_with(kPrefix) || !file.ends_with(".sock"))
        return false;
    file.remove_prefix(kPrefix.size());
    const std::string domain = std::to_string(id) + ".";
    const size_t client = file.find('.') + 1;  // 0 without a dot: the server's place again
    return file.starts_with(domain) || file.substr(client).starts_with(domain);
}

void remove_sockets(const std::string& folder, uint32_t id)
{
    const Handle<DIR, ::closedir> all(::opendir(folder.c_str()));
    if (!all)
        return;
    while (const dirent* entry = ::readdir(all.get())) {
        struct stat info {};
        if (is_socket_of(entry->d_name, id) &&
            ::fstatat(::dirfd(all.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISSOCK(info.st_mode))
            ::unlinkat(::dirfd(all.get()), entry->d_name, 0);
    }
}

}  // namespace insula::local_worker
