// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/xl-worker/operations.h"
#include "proto/base/ids.h"

#include <algorithm>
#include <cstring>

namespace insula::xl_worker {
namespace {

constexpr auto kNoDomain = static_cast<uint32_t>(INVALID_DOMID);

// Owns what libxl's structure points to.
class Config {
public:
    Config() { libxl_domain_config_init(&raw_); }
    ~Config() { libxl_domain_config_dispose(&raw_); }
    Config(const Config&) = delete;
    Config& operator=(const Config&) = delete;
    libxl_domain_config* get() { return &raw_; }

private:
    libxl_domain_config raw_;
};

// SAFETY: libxl frees the strings of its structures with free().
char* owned(const std::string& text) { return ::strdup(text.c_str()); }

// strdup'ing a text with a NUL inside would cut it: such a request means something else.
bool plain(const std::string& text) { return text.find('\0') == std::string::npos; }

Outcome check(const worker::Create& request)
{
    if (const auto name = DomainName::parse(request.name.value); !name)
        return Failure{"request", 0, "the name is not one of a domain: " + name.error().text()};
    for (const std::string* path : {&request.kernel.value, &request.ramdisk.value})
        if (path->front() != '/' || !plain(*path))
            return Failure{"request", 0, "kernel and ramdisk must be absolute paths"};
    if (!plain(request.command_line.value))
        return Failure{"request", 0, "the command line contains a NUL"};
    return {};
}

int fill(libxl_ctx* ctx, libxl_domain_config& config, const worker::Create& request)
{
    libxl_domain_create_info& create = config.c_info;
    create.type =
        request.type.value == worker::GuestType::Pvh ? LIBXL_DOMAIN_TYPE_PVH : LIBXL_DOMAIN_TYPE_PV;
    create.name = owned(request.name.value);
    static_assert(sizeof create.uuid.uuid == sizeof request.uuid.value);
    std::memcpy(create.uuid.uuid, request.uuid.value.data(), sizeof create.uuid.uuid);

    libxl_domain_build_info& build = config.b_info;
    libxl_domain_build_info_init_type(&build, create.type);
    build.max_vcpus = static_cast<int>(request.vcpus.value);
    if (const int rc = libxl_cpu_bitmap_alloc(ctx, &build.avail_vcpus, build.max_vcpus); rc != 0)
        return rc;
    for (int cpu = 0; cpu < build.max_vcpus; ++cpu)
        libxl_bitmap_set(&build.avail_vcpus, cpu);
    build.max_memkb = build.target_memkb = uint64_t{request.memory_mib.value} * 1024;
    build.kernel = owned(request.kernel.value);
    build.ramdisk = owned(request.ramdisk.value);
    build.cmdline = owned(request.command_line.value);

    // The dead domain stays until insulad destroys it: only so can its reason be read.
    config.on_poweroff = config.on_reboot = config.on_watchdog = config.on_crash =
        LIBXL_ACTION_ON_SHUTDOWN_PRESERVE;
    return 0;
}

}  // namespace

Outcome create(Session& session, Channel& channel, const worker::Create& request)
{
    if (Outcome wrong = check(request))
        return wrong;
    libxl_ctx* ctx = session.ctx();
    Config config;
    if (const int rc = fill(ctx, *config.get(), request); rc != 0)
        return Failure{"create", rc, "libxl could not prepare the domain"};

    uint32_t domain = kNoDomain;
    const int rc = session.run([&](const libxl_asyncop_how* how) {
        return libxl_domain_create_new(ctx, config.get(), &domain, how, nullptr);
    });
    if (rc != 0) {
        // libxl takes down what it built; this is for what it could not.
        if (domain != kNoDomain && domain != 0)
            static_cast<void>(destroy(session, domain));
        return Failure{"create", rc, "libxl could not build the domain"};
    }
    worker::Created created;
    created.domain.value = domain;
    if (!worker::DomainIdField::accepts(domain) || !channel.reply(created)) {
        static_cast<void>(destroy(session, domain));
        return Failure{"create", 0, "nobody took the answer; the domain was taken down"};
    }
    return {};
}

}  // namespace insula::xl_worker
