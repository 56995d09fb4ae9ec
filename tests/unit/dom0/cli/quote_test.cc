// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/cli/quote.h"

#include "proto/base/unique_fd.h"

#include <array>

#include <gtest/gtest.h>

#include <sys/wait.h>

namespace insula::cli {
namespace {

// What /bin/sh makes of `line`: each word followed by a NUL.
std::string words_of(const std::string& line)
{
    std::array<int, 2> raw{};
    EXPECT_EQ(::pipe(raw.data()), 0);
    UniqueFd out(raw[0]), in(raw[1]);
    const std::string script = "printf '%s\\0' " + line;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(in.get(), 1);
        ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
        ::_exit(127);
    }
    in.reset();
    std::string all(65536, '\0');
    size_t have = 0;
    for (ssize_t n; (n = ::read(out.get(), all.data() + have, all.size() - have)) > 0;)
        have += static_cast<size_t>(n);
    ::waitpid(pid, nullptr, 0);
    all.resize(have);
    return all;
}

TEST(Quote, AShellYieldsExactlyTheArguments)
{
    std::string every_byte;
    for (int byte = 1; byte < 256; ++byte)
        every_byte += static_cast<char>(byte);
    const std::vector<std::string> words{"echo", "",     "a b",    "'",        "''", "$HOME `id`",
                                         "\\",   "*",    "a\nb\n", every_byte, "-n", "; rm -rf x",
                                         "\"",   "a'b'", "!!",     "{1,2} ~ #"};
    std::string expected;
    for (const std::string& word : words)
        expected += word + '\0';
    const std::string command = guest_command("DEFAULT", Session::Awaited, words);
    ASSERT_EQ(command.rfind("DEFAULT:", 0), 0u);
    EXPECT_EQ(words_of(command.substr(8)), expected);
}

TEST(Quote, PutsTheUserFirst)
{
    EXPECT_EQ(guest_command("root", Session::Awaited, {"id", "-u"}), "root:'id' '-u'");
}

TEST(Quote, SaysWhenNoSessionIsNeeded)
{
    EXPECT_EQ(guest_command("root", Session::NotNeeded, {"id"}), "root:nogui:'id'");
}

}  // namespace
}  // namespace insula::cli
