// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/base/escape.h"
#include "proto/base/ids.h"
#include "proto/base/secret.h"
#include "proto/base/unique_fd.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <gtest/gtest.h>

namespace insula {
namespace {

bool is_name(std::string_view text) { return DomainName::parse(text).has_value(); }

TEST(DomainNameTest, TakesOneTo31Characters)
{
    EXPECT_FALSE(is_name(""));
    EXPECT_TRUE(is_name("a"));
    EXPECT_TRUE(is_name(std::string(31, 'a')));
    EXPECT_FALSE(is_name(std::string(32, 'a')));
}

TEST(DomainNameTest, BeginsWithALetter)
{
    for (const char* text : {"1a", "-a", ".a", "_a", " a"})
        EXPECT_FALSE(is_name(text)) << text;
    for (const char* text : {"a1", "Z", "a-", "a.b_c-D9"})
        EXPECT_TRUE(is_name(text)) << text;
}

TEST(DomainNameTest, RefusesEveryOtherCharacter)
{
    int accepted = 0;
    for (int c = 0; c < 256; ++c)
        accepted += is_name(std::string{'a', static_cast<char>(c)}) ? 1 : 0;
    EXPECT_EQ(accepted, 26 + 26 + 10 + 3);
    EXPECT_FALSE(is_name(std::string_view("a\0", 2)));
}

TEST(DomainNameTest, RefusesTheNamesOfTheControlDomain)
{
    EXPECT_FALSE(is_name("dom0"));
    EXPECT_FALSE(is_name("Domain-0"));
    EXPECT_TRUE(is_name("dom01"));
    EXPECT_TRUE(is_name("domain-0"));
}

TEST(DomainNameTest, ItsRefusalIsSafeToPrint)
{
    const auto refused = DomainName::parse("a\x1b[31m");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::Invalid);
    EXPECT_EQ(refused.error().text().find('\x1b'), std::string::npos);
    EXPECT_NE(refused.error().text().find("\\x1b"), std::string::npos);
}

TEST(EscapeTest, LeavesNothingButPrintableAscii)
{
    std::string every;
    for (int c = 0; c < 256; ++c)
        every += static_cast<char>(c);
    const std::string escaped = escape(every);
    EXPECT_TRUE(
        std::all_of(escaped.begin(), escaped.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
}

TEST(EscapeTest, IsUnambiguous)
{
    EXPECT_EQ(escape("a b~"), "a b~");
    EXPECT_EQ(escape("\\n"), "\\\\n");
    EXPECT_EQ(escape("\n\t\r"), "\\n\\t\\x0d");
    EXPECT_EQ(escape("\x7f\xff"), "\\x7f\\xff");
    EXPECT_EQ(escape(std::string_view("\0", 1)), "\\x00");
    EXPECT_EQ(escape("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // right-to-left override
}

TEST(EscapeTest, LinesKeepTheirEnds)
{
    EXPECT_EQ(escape_lines("a\nb\r\nc"), "a\nb\nc");
    EXPECT_EQ(escape_lines("over\rwritten"), "over\\x0dwritten");
    EXPECT_EQ(escape_lines("\x1b]0;title\x07\n"), "\\x1b]0;title\\x07\n");
}

TEST(SecretTest, TakesOneByteToTheMostAndNotBeyond)
{
    EXPECT_FALSE(Secret::create(0));
    EXPECT_TRUE(Secret::create(1));
    EXPECT_TRUE(Secret::create(Secret::kMaxSize));
    EXPECT_FALSE(Secret::create(Secret::kMaxSize + 1));
}

TEST(SecretTest, BeginsAsZeros)
{
    const auto secret = *Secret::create(64);
    const Bytes bytes = secret.bytes();
    ASSERT_EQ(bytes.size(), 64u);
    EXPECT_TRUE(
        std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{}; }));
}

TEST(SecretTest, IsEqualByItsBytes)
{
    auto one = *Secret::create(16);
    auto other = *Secret::create(16);
    const auto longer = *Secret::create(17);
    EXPECT_TRUE(one == other);
    EXPECT_FALSE(one == longer);
    other.mutable_bytes()[15] = std::byte{1};
    EXPECT_FALSE(one == other);
    one.mutable_bytes()[15] = std::byte{1};
    EXPECT_TRUE(one == other);
}

TEST(SecretTest, MovesAndLeavesNothingBehind)
{
    auto from = *Secret::create(8);
    from.mutable_bytes()[0] = std::byte{5};
    const Secret to = std::move(from);
    EXPECT_TRUE(from.bytes().empty());  // NOLINT(bugprone-use-after-move): what it guarantees
    ASSERT_EQ(to.bytes().size(), 8u);
    EXPECT_EQ(to.bytes()[0], std::byte{5});
}

Result<int> half(int n)
{
    if (n % 2 != 0)
        return Error(Errc::Invalid, "odd");
    return n / 2;
}

Result<int> quarter(int n)
{
    INSULA_TRY(const int h, half(n));
    return half(h);
}

Result<void> check_quarter(int n)
{
    INSULA_CHECK(quarter(n));
    return {};
}

TEST(ResultTest, HoldsAValueOrAnError)
{
    EXPECT_EQ(*half(4), 2);
    ASSERT_FALSE(half(3));
    EXPECT_EQ(half(3).error().code(), Errc::Invalid);
}

TEST(ResultTest, TheFirstErrorReturns)
{
    EXPECT_EQ(*quarter(8), 2);
    EXPECT_FALSE(quarter(7));
    EXPECT_FALSE(quarter(6));
    EXPECT_TRUE(check_quarter(8));
    ASSERT_FALSE(check_quarter(6));
    EXPECT_EQ(check_quarter(6).error().text(), "odd");
}

TEST(ResultTest, HoldsWhatCanOnlyMove)
{
    Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
    const std::unique_ptr<int> value = *std::move(result);
    EXPECT_EQ(*value, 3);
}

TEST(ResultTest, ReadingTheWrongSideStopsTheProgram)
{
    EXPECT_DEATH(static_cast<void>(*half(3)), "");
    EXPECT_DEATH(static_cast<void>(half(4).error()), "");
    EXPECT_DEATH(static_cast<void>(check_quarter(8).error()), "");
}

TEST(ErrorTest, ReadsFromTheOutsideIn)
{
    const Error error = system_error(ENOENT, "open").within("start");
    EXPECT_EQ(error.text(), "start: open");
    EXPECT_EQ(error.describe(), "start: open: No such file or directory");
    EXPECT_EQ(Error(Errc::Denied, "no").describe(), "no");
    EXPECT_EQ(Error(Errc::System, "odd", 99999).describe(), "odd: error 99999");
}

TEST(UniqueFdTest, ClosesOnceAndMoves)
{
    UniqueFd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int number = one.get();
    UniqueFd two = std::move(one);
    EXPECT_FALSE(one);  // NOLINT(bugprone-use-after-move): what it guarantees
    EXPECT_EQ(two.get(), number);
    two.reset();
    EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(UniqueFdTest, AssignmentClosesTheOldOne)
{
    UniqueFd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int old = one.get();
    one = UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::fcntl(old, F_GETFD), -1);
    EXPECT_NE(::fcntl(one.get(), F_GETFD), -1);
}

}  // namespace
}  // namespace insula
