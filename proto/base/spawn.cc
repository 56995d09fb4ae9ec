// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/base/spawn.h"

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace insula {

std::vector<char*> pointers_to(const std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        // SAFETY: both take char* for historical reasons and writes nothing.
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

Spawn::Spawn()
{
    note(::posix_spawn_file_actions_init(&actions_));
    note(::posix_spawnattr_init(&attributes_));
}

Spawn::~Spawn()
{
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
}

void Spawn::give(int source, int target)
{
    note(::posix_spawn_file_actions_adddup2(&actions_, source, target));
}

void Spawn::read_nothing(int target)
{
    note(::posix_spawn_file_actions_addopen(&actions_, target, "/dev/null", O_RDONLY, 0));
}

void Spawn::close_from(int first)
{
    note(::posix_spawn_file_actions_addclosefrom_np(&actions_, first));
}

void Spawn::with_default_signals()
{
    sigset_t all;
    ::sigfillset(&all);
    note(::posix_spawnattr_setsigdefault(&attributes_, &all));
    flags_ |= POSIX_SPAWN_SETSIGDEF;
}

Result<pid_t> Spawn::start(const std::vector<std::string>& words,
                           const std::vector<std::string>& environment)
{
    return launch(words, pointers_to(environment).data());
}

Result<pid_t> Spawn::start_in_our_environment(const std::vector<std::string>& words)
{
    return launch(words, environ);
}

Result<pid_t> Spawn::launch(const std::vector<std::string>& words, char* const* environment)
{
    sigset_t none;
    ::sigemptyset(&none);
    note(::posix_spawnattr_setsigmask(&attributes_, &none));
    note(::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags_)));
    pid_t pid = 0;
    if (error_ == 0)
        note(::posix_spawn(&pid, words.front().c_str(), &actions_, &attributes_,
                           pointers_to(words).data(), environment));
    if (error_ != 0)
        return system_error(error_, "start " + words.front());
    return pid;
}

}  // namespace insula
