// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/places.h"

#include "dom0/local-worker/guest.h"
#include "proto/base/handle.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <optional>

#include <unistd.h>

#include <sys/stat.h>

namespace insula::local_worker {
namespace {

std::optional<std::string> variable(const char* name)
{
    const char* value = ::getenv(name);
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

Result<std::string> absolute(std::string path, const char* variable_name)
{
    if (path.front() != '/' || path.size() >= PATH_MAX)
        return Error(Errc::Invalid, std::string(variable_name) + " must be an absolute path");
    return path;
}

Result<std::string> resolved(const std::string& path)
{
    const Handle<char, ::free> real(::realpath(path.c_str(), nullptr));
    if (!real)
        return system_error(errno, path);
    return std::string(real.get());
}

Result<std::string> program(const std::string& path, const char* remedy)
{
    auto real = resolved(path);
    struct stat info {};
    if (!real || ::stat(real->c_str(), &info) != 0 || !S_ISREG(info.st_mode) ||
        ::access(real->c_str(), X_OK) != 0)
        return Error(Errc::NotFound, path + " is no program; " + remedy);
    return real;
}

Result<std::string> programs_folder()
{
    if (auto chosen = variable("INSULA_LOCAL_PROGRAMS"))
        return absolute(*std::move(chosen), "INSULA_LOCAL_PROGRAMS");
    INSULA_TRY(const std::string self, resolved("/proc/self/exe"));
    return self.substr(0, self.rfind('/'));
}

}  // namespace

Result<std::string> state_folder()
{
    if (auto chosen = variable("INSULA_LOCAL_STATE"))
        return absolute(*std::move(chosen), "INSULA_LOCAL_STATE");
    if (::geteuid() == 0)
        return std::string("/run/insula-local");
    auto runtime = variable("XDG_RUNTIME_DIR");
    if (!runtime)
        return Error(Errc::Invalid,
                     "neither INSULA_LOCAL_STATE nor XDG_RUNTIME_DIR is set; set the first to a "
                     "folder that the domains may keep their state in");
    INSULA_TRY(const std::string folder, absolute(*std::move(runtime), "XDG_RUNTIME_DIR"));
    return folder + "/insula-local";
}

Result<std::string> sockets_folder()
{
    auto chosen = variable("VCHAN_SOCKET_DIR");
    if (!chosen)
        return Error(Errc::Invalid, "VCHAN_SOCKET_DIR is not set; set it for insulad, to the "
                                    "folder of the local transport's sockets");
    INSULA_TRY(const std::string path, absolute(*std::move(chosen), "VCHAN_SOCKET_DIR"));
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
        return Error(Errc::NotFound, path + " (VCHAN_SOCKET_DIR) is no folder; create it");
    return resolved(path);
}

Result<Programs> find_programs()
{
    INSULA_TRY([[maybe_unused]] const std::string bubblewrap,
               program(kBubblewrap, "install the package bubblewrap"));
    INSULA_TRY([[maybe_unused]] const std::string server,
               program(guest::kXServer, "install the package xvfb"));
    INSULA_TRY(const std::string folder, programs_folder());
    const char* remedy = "set INSULA_LOCAL_PROGRAMS to the folder of Insula's programs";
    const auto ours = [&](const char* name) { return program(folder + "/" + name, remedy); };
    Programs programs;
    INSULA_TRY(programs.init, ours(guest::kInit));
    INSULA_TRY(programs.window_agent, ours(guest::kWindowAgent));
    INSULA_TRY(programs.exec_agent, ours(guest::kExecAgent));
    return programs;
}

}  // namespace insula::local_worker
