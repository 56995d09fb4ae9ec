// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <unistd.h>

#include <sys/socket.h>
#include <sys/un.h>

namespace insula::local {
namespace {

Result<sockaddr_un> address_of(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error(Errc::Invalid, "path of the socket directory too long");
    std::copy(path.begin(), path.end(), address.sun_path);
    return address;
}

// SAFETY: the socket calls take every address family through the type of the first.
const sockaddr* generic(const sockaddr_un& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

Result<UniqueFd> make(int type)
{
    UniqueFd fd(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd)
        return system_error(errno, "socket");
    return fd;
}

}  // namespace

Name name_of(const std::string& directory, DomainId server, DomainId client, Port port,
             const char* suffix)
{
    return {directory, "vchan." + std::to_string(to_number(server)) + "." +
                           std::to_string(to_number(client)) + "." +
                           std::to_string(static_cast<uint32_t>(port)) + suffix};
}

Result<UniqueFd> offer(const Name& name, int type, int backlog)
{
    const std::string temporary = name.temporary();
    INSULA_TRY(const sockaddr_un address, address_of(temporary));
    INSULA_TRY(UniqueFd fd, make(type));
    if (::unlink(temporary.c_str()) < 0 && errno != ENOENT)
        return system_error(errno, "unlink of a stale socket");
    if (::bind(fd.get(), generic(address), sizeof address) < 0)
        return system_error(errno, "bind");
    if (::listen(fd.get(), backlog) < 0)
        return system_error(errno, "listen");
    if (::rename(temporary.c_str(), name.path().c_str()) < 0)
        return system_error(errno, "rename of a socket");
    return fd;
}

Result<UniqueFd> reach(const Name& name, int type)
{
    INSULA_TRY(const sockaddr_un address, address_of(name.path()));
    INSULA_TRY(UniqueFd fd, make(type));
    if (::connect(fd.get(), generic(address), sizeof address) == 0)
        return fd;
    if (errno == ENOENT || errno == ECONNREFUSED || errno == EAGAIN)
        return Error(Errc::NotFound, "nobody listens", errno);
    return system_error(errno, "connect");
}

}  // namespace insula::local
