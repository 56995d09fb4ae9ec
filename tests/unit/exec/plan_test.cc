// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/plan.h"

#include "guest-agent/exec-agent/service_lookup.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace insula::exec_agent {
namespace {

const Account kUser{"user", 1000, 1000, {1000}, "/home/user", "/bin/bash"};

bool has(const Plan& plan, const std::string& entry)
{
    return std::find(plan.environment.begin(), plan.environment.end(), entry) !=
           plan.environment.end();
}

TEST(ExecPlan, ALineIsOneArgumentOfTheUsersLoginShell)
{
    const Plan plan = plan_shell({"echo $x; rm -rf '/'"}, kUser);
    EXPECT_EQ(plan.program, "/bin/bash");
    EXPECT_EQ(plan.arguments, (std::vector<std::string>{"-bash", "-c", "echo $x; rm -rf '/'"}));
    EXPECT_TRUE(has(plan, "HOME=/home/user"));
    EXPECT_TRUE(has(plan, "DISPLAY=:0"));
}

TEST(ExecPlan, AServiceGetsItsArgumentWithoutAShell)
{
    const Plan plan = plan_service({"a.B", true, "x", "work", "keyword", "@default"},
                                   "/etc/insula-rpc/a.B", kUser);
    EXPECT_EQ(plan.program, "/etc/insula-rpc/a.B");
    EXPECT_EQ(plan.arguments, (std::vector<std::string>{"/etc/insula-rpc/a.B", "x"}));
    EXPECT_TRUE(has(plan, "QREXEC_REMOTE_DOMAIN=work"));
    EXPECT_TRUE(has(plan, "QREXEC_SERVICE_FULL_NAME=a.B+x"));
    EXPECT_TRUE(has(plan, "QREXEC_SERVICE_ARGUMENT=x"));
    EXPECT_TRUE(has(plan, "QREXEC_REQUESTED_TARGET_KEYWORD=@default"));
}

class ServicePlaces : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = std::filesystem::temp_directory_path() / "insula-rpc-XXXXXX";
        folder = ::mkdtemp(pattern.data());
        std::filesystem::create_directory(folder + "/first");
        std::filesystem::create_directory(folder + "/second");
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    void put(const std::string& name, mode_t mode) const
    {
        std::ofstream(folder + "/" + name) << "#!/bin/sh\n";
        ::chmod((folder + "/" + name).c_str(), mode);
    }
    Result<std::string> find(const exec::ServiceCall& call) const
    {
        return find_service({folder + "/first", folder + "/second"}, call);
    }

    std::string folder;
};

TEST_F(ServicePlaces, TheFirstPlaceWinsAndTheArgumentsOwnFileBeforeIt)
{
    const exec::ServiceCall call{"a.B", true, "x", "work", "", ""};
    EXPECT_EQ(find(call).error().code(), Errc::NotFound);
    put("second/a.B", 0755);
    EXPECT_EQ(*find(call), folder + "/second/a.B");
    put("first/a.B", 0755);
    EXPECT_EQ(*find(call), folder + "/first/a.B");
    put("second/a.B+x", 0755);
    EXPECT_EQ(*find(call), folder + "/second/a.B+x");
}

TEST_F(ServicePlaces, AFileThatNobodyMayExecuteIsNoService)
{
    put("first/a.B", 0644);
    put("second/a.B", 0755);
    EXPECT_EQ(find({"a.B", false, "", "work", "", ""}).error().code(), Errc::Denied);
}

}  // namespace
}  // namespace insula::exec_agent
