// SPDX-License-Identifier: GPL-2.0-or-later
// Two domains, dom0 and 5, in one process and one directory of sockets.
#pragma once

#include "proto/base/unique_fd.h"
#include "proto/transport/local/local_transport.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>

namespace insula {

class LocalFixture : public ::testing::Test {
protected:
    LocalFixture()
        : loop_(*Loop::create()),
          directory_(make_directory()),
          agent_(make_local_transport(loop_, directory_, DomainId{5})),
          daemon_(make_local_transport(loop_, directory_, kDom0))
    {}
    ~LocalFixture() override
    {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    // Runs what is ready now.
    void settle()
    {
        for (int i = 0; i < kMostTurns && *loop_.run_once(std::chrono::microseconds(0)); ++i) {
        }
    }
    // Runs until `done`; false when nothing happens any more without it.
    template <typename Condition>
    bool until(Condition done)
    {
        for (int i = 0; i < kMostTurns && !done(); ++i)
            if (!*loop_.run_once(std::chrono::seconds(2)))
                break;
        return done();
    }

    std::string path(const std::string& file) const { return directory_ + "/" + file; }
    bool exists(const std::string& file) const { return std::filesystem::exists(path(file)); }

    // A socket bound to `file`, as a foreign peer makes it.
    UniqueFd bind_socket(const std::string& file, int type) const
    {
        UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
        const sockaddr_un address = address_of(file);
        // SAFETY: as bind() takes every address family.
        if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
            ADD_FAILURE() << "bind";
        return fd;
    }
    void leave_stale_socket(const std::string& file) const { bind_socket(file, SOCK_STREAM); }
    UniqueFd connect_socket(const std::string& file, int type) const
    {
        UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
        const sockaddr_un address = address_of(file);
        // SAFETY: as connect() takes every address family.
        if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
            ADD_FAILURE() << "connect";
        return fd;
    }

    Loop loop_;
    std::string directory_;
    std::unique_ptr<Transport> agent_;
    std::unique_ptr<Transport> daemon_;

private:
    static constexpr int kMostTurns = 100'000;

    static std::string make_directory()
    {
        std::string name = (std::filesystem::temp_directory_path() / "insula-XXXXXX").string();
        if (!::mkdtemp(name.data()))
            ADD_FAILURE() << "mkdtemp";
        return name;
    }
    sockaddr_un address_of(const std::string& file) const
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path(file).copy(address.sun_path, sizeof address.sun_path - 1);
        return address;
    }
};

}  // namespace insula
