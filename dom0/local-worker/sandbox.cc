// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/sandbox.h"

#include "dom0/local-worker/guest.h"

#include <array>

namespace insula::local_worker {
namespace {

// What the programs of /usr expect of /etc. A list instead of the whole: root's worker would
// otherwise show the guest what only root may read.
constexpr std::array kConfiguration{
    "/etc/X11",          "/etc/alternatives", "/etc/bash.bashrc",     "/etc/ca-certificates",
    "/etc/dconf",        "/etc/environment",  "/etc/fonts",           "/etc/gtk-2.0",
    "/etc/gtk-3.0",      "/etc/inputrc",      "/etc/ld.so.cache",     "/etc/ld.so.conf",
    "/etc/ld.so.conf.d", "/etc/locale.alias", "/etc/localtime",       "/etc/magic",
    "/etc/mime.types",   "/etc/pango",        "/etc/profile",         "/etc/profile.d",
    "/etc/pulse",        "/etc/ssl/certs",    "/etc/ssl/openssl.cnf", "/etc/terminfo",
    "/etc/timezone",     "/etc/xdg"};

constexpr std::array<std::array<const char*, 2>, 4> kLinks{{
    {"usr/bin", "/bin"},
    {"usr/lib", "/lib"},
    {"usr/lib64", "/lib64"},
    {"usr/sbin", "/sbin"},
}};

class Arguments {
public:
    template <typename... Word>
    void add(const Word&... words)
    {
        (words_.emplace_back(words), ...);
    }
    void add_program(const std::string& from, const char* name)
    {
        add("--ro-bind", from, place_of(name));
    }
    static std::string place_of(const char* name)
    {
        return std::string(guest::kPrograms) + "/" + name;
    }
    std::vector<std::string> take() { return std::move(words_); }

private:
    std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> bubblewrap_arguments(const Sandbox& sandbox)
{
    const std::string user = std::to_string(guest::kUser);
    Arguments out;
    out.add(kBubblewrap, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net",
            "--unshare-uts", "--unshare-cgroup-try");
    out.add("--uid", user, "--gid", user, "--hostname", sandbox.name);
    // Our own init is process 1: its end is the domain's.
    out.add("--as-pid-1");

    out.add("--ro-bind", "/usr", "/usr");
    for (const auto& [target, link] : kLinks)
        out.add("--symlink", target, link);
    for (const char* path : kConfiguration)
        out.add("--ro-bind-try", path, path);
    out.add("--dev", "/dev", "--proc", "/proc");
    // The kernel lets uid 0 of the host write to most of /proc/sys without any capability, and
    // under root's worker that is who the guest's user is.
    if (sandbox.runner == Runner::Root)
        out.add("--remount-ro", "/proc");

    out.add("--bind", sandbox.home, guest::kHome);
    out.add("--bind", sandbox.sockets, guest::kSockets);
    out.add_program(sandbox.programs.init, guest::kInit);
    out.add_program(sandbox.programs.window_agent, guest::kWindowAgent);
    out.add_program(sandbox.programs.exec_agent, guest::kExecAgent);
    out.add("--chdir", "/", "--", Arguments::place_of(guest::kInit));
    out.add(std::to_string(sandbox.domain), sandbox.name, sandbox.uuid);
    return out.take();
}

std::string hexadecimal(const wire::Octets<16>& uuid)
{
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : uuid.value) {
        const auto number = std::to_integer<unsigned>(byte);
        text += kDigits[number >> 4];
        text += kDigits[number & 15];
    }
    return text;
}

}  // namespace insula::local_worker
