// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/definition.h"

#include "dom0/manager/labels.h"

#include <gtest/gtest.h>

namespace insula::manager {
namespace {

constexpr char kGood[] = "label = \"red\"\ntemplate = \"debian-12\"\ntype = \"pvh\"\n"
                         "memory_mib = 400\nvcpus = 2\n";

DomainName work() { return *DomainName::parse("work"); }
Result<Definition> read(const std::string& text)
{
    return parse_definition(work(), text, "w.toml");
}

std::string with(const std::string& from, const std::string& to)
{
    std::string text = kGood;
    return text.replace(text.find(from), from.size(), to);
}

std::string error_of(const std::string& text)
{
    const auto definition = read(text);
    return definition ? "accepted" : definition.error().text();
}

TEST(Definition, ReadsWhatItWrote)
{
    const auto definition = read(kGood);
    ASSERT_TRUE(definition) << definition.error().text();
    EXPECT_EQ(definition->label, "red");
    EXPECT_EQ(definition->memory_mib, 400u);
    EXPECT_EQ(definition->vcpus, 2u);
    const auto again = read(to_toml(*definition));
    ASSERT_TRUE(again);
    EXPECT_EQ(to_toml(*again), to_toml(*definition));
}

TEST(Definition, NamesFileLineAndKeyOfWhatIsWrong)
{
    EXPECT_EQ(error_of(with("vcpus = 2", "vcpus = 2\nnetwork = true")),
              "w.toml:6: unknown key \"network\"");
    EXPECT_EQ(error_of(with("memory_mib = 400", "memory_mib = \"400\"")),
              "w.toml:4: key \"memory_mib\" must be a whole number");
    EXPECT_EQ(error_of(with("memory_mib = 400\n", "")), "w.toml:1: key \"memory_mib\" is missing");
    EXPECT_NE(error_of(with("\"red\"", "\"rot\"")).find("w.toml:1: "), std::string::npos);
    EXPECT_NE(error_of(with("\"red\"", "\"rot\"")).find("red, orange"), std::string::npos);
    EXPECT_NE(error_of(with("vcpus = 2", "vcpus = ")).find("w.toml:5: "), std::string::npos);
}

TEST(Definition, RefusesOneBeyondEachLimit)
{
    for (const char* good : {"64", "1048576"})
        EXPECT_TRUE(read(with("400", good))) << good;
    for (const char* bad : {"63", "1048577", "-1", "4294967360"})
        EXPECT_FALSE(read(with("400", bad))) << bad;
    for (const char* bad : {"vcpus = 0", "vcpus = 65"})
        EXPECT_FALSE(read(with("vcpus = 2", bad))) << bad;
    EXPECT_TRUE(read(with("vcpus = 2", "vcpus = 64")));
}

TEST(Definition, ATemplateNameCannotLeaveItsFolder)
{
    for (const char* bad : {"", "..", "../x", "a/b", "-a", "A", "a b", "a\\u0000"})
        EXPECT_FALSE(read(with("debian-12", bad))) << bad;
}

TEST(Definition, RefusesAFileThatIsTooLong)
{
    EXPECT_FALSE(read(kGood + std::string(kMaxDefinitionFile, '#')));
}

TEST(Labels, NoTwoShareAColour)
{
    for (const Label& one : kLabels)
        for (const Label& other : kLabels)
            EXPECT_TRUE(&one == &other || one.colour != other.colour);
    EXPECT_EQ(find_label("red")->colour, 0xcc0000u);
    EXPECT_EQ(find_label("Red"), nullptr);
}

}  // namespace
}  // namespace insula::manager
