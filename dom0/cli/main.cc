// SPDX-License-Identifier: GPL-2.0-or-later
// insula: the command line. Everything goes through insulad on the bus.
#include "dom0/cli/client.h"
#include "dom0/cli/quote.h"
#include "dom0/cli/relay.h"
#include "proto/base/escape.h"
#include "proto/base/ids.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace insula::cli {
namespace {

struct Options {
    bool session_bus = false, json = false, detach = false, no_gui = false;
    std::string name, label, template_name = "debian-12", type = "pvh", user = "DEFAULT";
    uint32_t memory_mib = 400, vcpus = 1;
    std::vector<std::string> command;
};

void require_name(const std::string& text)
{
    if (const auto name = DomainName::parse(text); !name)
        throw CallFailed(name.error().text());
}

std::string check_user(const std::string& text)
{
    return text.empty() || text.find_first_of(":\n") != std::string::npos
               ? "a user's name has neither a colon nor a newline"
               : "";
}

std::pair<UniqueFd, UniqueFd> make_pipe()
{
    std::array<int, 2> raw{};
    if (::pipe2(raw.data(), O_CLOEXEC) != 0)
        throw CallFailed(std::string("no pipe: ") + std::strerror(errno));
    return {UniqueFd(raw[0]), UniqueFd(raw[1])};
}

int run_detached(Client& client, const Options& options, const std::string& command)
{
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    client.run(options.name, command, null.get(), null.get(), null.get());
    return 0;
}

int run(Client& client, const Options& options)
{
    const std::string command = guest_command(
        options.user, options.no_gui ? Session::NotNeeded : Session::Awaited, options.command);
    if (options.detach)
        return run_detached(client, options, command);
    auto [in_read, in_write] = make_pipe();
    auto [out_read, out_write] = make_pipe();
    auto [err_read, err_write] = make_pipe();
    UniqueFd status =
        client.run(options.name, command, in_read.get(), out_write.get(), err_write.get());
    // Their ends belong to the guest's command alone now; else its end would not be seen.
    in_read.reset();
    out_write.reset();
    err_write.reset();
    const int code =
        relay({std::move(in_write), std::move(out_read), std::move(err_read), std::move(status)});
    if (code == kMechanismFailed)
        fmt::print(stderr,
                   "insula: run: the command could not be run in {} or its status was "
                   "lost; `insula list` shows the domain's state\n",
                   options.name);
    return code;
}

int list(Client& client, const Options& options)
{
    const std::vector<Row> rows = client.list();
    if (options.json) {
        auto all = nlohmann::json::array();
        for (const Row& row : rows)
            all.push_back({{"name", row.name},
                           {"label", row.label},
                           {"template", row.template_name},
                           {"type", row.type},
                           {"state", row.state},
                           {"domid", row.xen_id},
                           {"memory_mib", row.memory_mib},
                           {"gui", row.gui},
                           {"failure", row.failure}});
        fmt::print("{}\n", all.dump(2));
        return 0;
    }
    const auto print = [](const auto&... column) {
        fmt::print("{:<16} {:<8} {:<14} {:<5} {:<9} {:>6} {:>7}  {}\n", column...);
    };
    print("NAME", "LABEL", "TEMPLATE", "TYPE", "STATE", "DOMID", "MEMORY", "GUI");
    for (const Row& row : rows) {
        print(row.name, row.label, row.template_name, row.type, row.state,
              row.xen_id ? std::to_string(row.xen_id) : "-", row.memory_mib, row.gui);
        if (row.state == "failed")
            fmt::print("  {}\n", row.failure);
    }
    return 0;
}

void add_name(CLI::App* command, Options& options)
{
    command->add_option("NAME", options.name, "The domain's name")->required();
}

// The verbs that only name a domain: command, method of the bus, help.
constexpr std::array<std::array<const char*, 3>, 4> kVerbs{
    {{"start", "Start", "Start a domain"},
     {"stop", "Stop", "Ask a domain to shut down; destroy it after 20 s"},
     {"kill", "Kill", "Destroy a domain at once"},
     {"remove", "Remove", "Forget a domain that is off"}}};

void define(CLI::App& app, Options& options)
{
    app.require_subcommand(1);
    app.add_flag("--session-bus", options.session_bus, "Use the session bus (for tests)");

    auto* create = app.add_subcommand("create", "Define a domain");
    add_name(create, options);
    create->add_option("--label", options.label, "The colour of its frames")->required();
    create->add_option("--template", options.template_name, "What it boots")->capture_default_str();
    create->add_option("--type", options.type, "pv or pvh")->capture_default_str();
    create->add_option("--memory", options.memory_mib, "MiB")->capture_default_str();
    create->add_option("--vcpus", options.vcpus, "Processors")->capture_default_str();

    auto* run = app.add_subcommand("run", "Run a command in a domain, starting it if it is off");
    add_name(run, options);
    run->add_option("COMMAND", options.command, "The command and its arguments")->required();
    run->add_option("--user", options.user, "The guest's user")
        ->capture_default_str()
        ->check(check_user);
    run->add_flag("--detach", options.detach, "Do not wait for it, and drop its output");
    run->add_flag("--no-gui", options.no_gui, "Do not wait for the domain's X session");
    run->positionals_at_end();
    run->prefix_command(false);

    auto* list = app.add_subcommand("list", "Show the domains");
    list->add_flag("--json", options.json, "For programs");
    for (const auto& [verb, method, help] : kVerbs)
        add_name(app.add_subcommand(verb, help), options);
}

// CLI11 says only that a verb is missing when it does not know the one that was given.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error, char** argv)
{
    char** verb = argv;
    do
        ++verb;  // the options before it have no value
    while (*verb && **verb == '-');
    const auto is_it = [&](const CLI::App* known) { return known->get_name() == *verb; };
    if (*verb && app.get_subcommands(is_it).empty())
        return "there is no verb " + escape(*verb);
    return error.what();
}

int act(const std::string& verb, const Options& options)
{
    if (verb != "list")
        require_name(options.name);
    Client client(options.session_bus ? BusKind::Session : BusKind::System);
    if (verb == "list")
        return list(client, options);
    if (verb == "run")
        return run(client, options);
    if (verb == "create") {
        client.create(options.name, options.label, options.template_name, options.type,
                      options.memory_mib, options.vcpus);
        return 0;
    }
    for (const auto& [name, method, help] : kVerbs)
        if (verb == name)
            client.ask(method, options.name);
    return 0;
}

int run_program(int argc, char** argv)
{
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    CLI::App app("Isolated domains on one desktop", "insula");
    Options options;
    define(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return app.exit(error);
        fmt::print(stderr, "insula: usage: {}; see insula --help\n", usage_error(app, error, argv));
        return 2;
    }
    const std::string verb = app.get_subcommands().front()->get_name();
    try {
        return act(verb, options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "insula: {}: {}\n", verb, error.what());
        return 1;
    }
}

}  // namespace
}  // namespace insula::cli

// NOLINTNEXTLINE(bugprone-exception-escape): an error that cannot even be printed ends the program.
int main(int argc, char** argv) { return insula::cli::run_program(argc, argv); }
