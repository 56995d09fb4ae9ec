// SPDX-License-Identifier: GPL-2.0-or-later
// A private bus, insulad and the model of Xen, each a process of its own in a folder of its own.
#pragma once

#include "proto/base/unique_fd.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace insula::test {

struct Ran {
    int code = -1;
    std::string out, err;
};

class World {
public:
    World();
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // The command line, waited for.
    Ran insula(const std::vector<std::string>& arguments);
    // The same, not waited for; finish() waits.
    pid_t begin(const std::vector<std::string>& arguments);
    static int finish(pid_t pid);

    void start_insulad();  // returns when it serves
    void kill_insulad();   // SIGKILL, as the worst case

    // Files of the model (see fake_worker.cc).
    void put(const std::string& file, const std::string& text);
    void remove(const std::string& file);
    std::filesystem::path model(const std::string& file) const;
    std::string log() const;  // what insulad wrote
    // The line of `insula list` for a domain.
    std::string row(const std::string& name);
    // Waits for a change of the folder of the model or of the log, for at most ten seconds.
    bool eventually(const std::function<bool()>& holds);

    std::filesystem::path folder;

private:
    std::string bus_address_;
    pid_t bus_ = -1;
    pid_t insulad_ = -1;
};

}  // namespace insula::test
