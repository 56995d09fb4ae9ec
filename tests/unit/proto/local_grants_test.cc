// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/grant_source.h"
#include "proto/transport/local/memory_record.h"
#include "tests/unit/proto/local_fixture.h"

#include <array>
#include <cstring>
#include <numeric>

#include <fcntl.h>

#include <sys/mman.h>

namespace insula {
namespace {

constexpr Endpoint kDaemon{DomainId{0}, Port::Gui};
constexpr Endpoint kAgent{DomainId{5}, Port::Gui};
constexpr const char* kSocket = "vchan.5.0.6000.mem.sock";

template <typename T>
std::optional<Errc> code_of(const Result<T>& result)
{
    return result ? std::nullopt : std::optional(result.error().code());
}

std::vector<uint32_t> numbers(uint32_t first, size_t count)
{
    std::vector<uint32_t> out(count);
    std::iota(out.begin(), out.end(), first);
    return out;
}

class LocalGrantsTest : public LocalFixture {
protected:
    LocalGrantsTest()
        : source_(*agent_->grant_source(kDaemon)),
          mapper_(*daemon_->grant_mapper(kAgent))
    {}

    std::unique_ptr<GrantSource> source_;
    std::unique_ptr<GrantMapper> mapper_;
};

TEST_F(LocalGrantsTest, WhatIsSharedIsSeenAndSoAreLaterWrites)
{
    auto shared = *source_->share(3);
    ASSERT_EQ(shared->references().size(), 3u);
    ASSERT_EQ(shared->bytes().size(), 3 * kPageSize);
    EXPECT_EQ(shared->bytes()[5000], std::byte{0});
    auto mapped = mapper_->map(shared->references());
    ASSERT_TRUE(mapped) << mapped.error().describe();
    ASSERT_EQ((*mapped)->bytes().size(), 3 * kPageSize);
    shared->bytes()[5000] = std::byte{42};
    EXPECT_EQ((*mapped)->bytes()[5000], std::byte{42});
}

TEST_F(LocalGrantsTest, AMapperThatComesLaterIsToldEverything)
{
    auto shared = *source_->share(2);
    auto late = *daemon_->grant_mapper(kAgent);
    settle();
    EXPECT_TRUE(late->map(shared->references()));
}

TEST_F(LocalGrantsTest, PartOfOneShareMayBeMapped)
{
    auto shared = *source_->share(4);
    shared->bytes()[2 * kPageSize] = std::byte{9};
    auto mapped = mapper_->map(shared->references().subspan(2, 1));
    ASSERT_TRUE(mapped);
    EXPECT_EQ((*mapped)->bytes().front(), std::byte{9});
    EXPECT_EQ((*mapped)->bytes().size(), kPageSize);
}

TEST_F(LocalGrantsTest, RefusesReferencesThatAreNotOfOneShare)
{
    auto first = *source_->share(2);
    auto second = *source_->share(2);
    const uint32_t start = first->references().front();
    const auto refused = [&](std::vector<uint32_t> references) {
        return code_of(mapper_->map(references)) == Errc::Protocol;
    };
    EXPECT_TRUE(refused({}));
    EXPECT_TRUE(refused({0}));
    EXPECT_TRUE(refused({start + 4}));
    EXPECT_TRUE(refused(numbers(start, 3)));   // into the next share
    EXPECT_TRUE(refused({start + 1, start}));  // backwards
    EXPECT_TRUE(refused({start, start}));      // twice
    EXPECT_TRUE(refused({UINT32_MAX, 0}));     // around
    EXPECT_TRUE(refused(numbers(start, kMaxGrantedPages + 1)));
    EXPECT_TRUE(mapper_->map(first->references()));  // and is still served
}

TEST_F(LocalGrantsTest, AWithdrawnShareIsUnknownButStaysWhereItIsMapped)
{
    auto shared = *source_->share(1);
    const auto references = numbers(shared->references().front(), 1);
    auto mapped = *mapper_->map(references);
    shared->bytes()[0] = std::byte{1};
    shared.reset();
    EXPECT_EQ(code_of(mapper_->map(references)), Errc::Protocol);
    EXPECT_EQ(mapped->bytes()[0], std::byte{1});
}

TEST_F(LocalGrantsTest, SharesMayOutliveTheirSource)
{
    auto shared = *source_->share(1);
    source_.reset();
    EXPECT_FALSE(exists(kSocket));
    shared->bytes()[0] = std::byte{1};
    shared.reset();
    EXPECT_EQ(code_of(mapper_->map(numbers(1, 1))), Errc::Protocol);
}

TEST_F(LocalGrantsTest, SharesFromOnePageToTheMostAndNotBeyond)
{
    EXPECT_EQ(code_of(source_->share(0)), Errc::Invalid);
    EXPECT_EQ(code_of(source_->share(kMaxGrantedPages + 1)), Errc::Invalid);
    auto most = source_->share(kMaxGrantedPages);
    ASSERT_TRUE(most) << most.error().describe();
    EXPECT_TRUE(mapper_->map((*most)->references()));
}

TEST_F(LocalGrantsTest, TheNumberOfSharesIsLimited)
{
    std::vector<std::unique_ptr<SharedPages>> shares;
    for (size_t i = 0; i < local::kMaxLiveShares; ++i) {
        auto shared = source_->share(1);
        ASSERT_TRUE(shared) << i << ": " << shared.error().describe();
        shares.push_back(*std::move(shared));
        settle();  // the mapper, too, holds that many
    }
    EXPECT_EQ(code_of(source_->share(1)), Errc::Exhausted);
    EXPECT_TRUE(mapper_->map(shares.back()->references()));
    shares.pop_back();
    EXPECT_TRUE(source_->share(1));
}

TEST_F(LocalGrantsTest, AMapperThatNeverReadsDoesNotHoldUpTheSource)
{
    const UniqueFd deaf = connect_socket(kSocket, SOCK_SEQPACKET);
    for (size_t i = 0; i < 4 * local::Announcer::kMaxQueuedRecords; ++i) {
        ASSERT_TRUE(source_->share(1)) << i;  // shared and withdrawn at once
        settle();
    }
    auto shared = *source_->share(1);
    EXPECT_TRUE(mapper_->map(shared->references()));
}

// A source that does not keep to the rules.
class HostileSourceTest : public LocalFixture {
protected:
    HostileSourceTest() : listening_(bind_socket(kSocket, SOCK_SEQPACKET))
    {
        ::listen(listening_.get(), 1);
        mapper_ = *daemon_->grant_mapper(kAgent);
        peer_ = UniqueFd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }

    static UniqueFd memory(size_t size, int seals)
    {
        UniqueFd fd(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
        EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(size)), 0);
        EXPECT_EQ(::fcntl(fd.get(), F_ADD_SEALS, seals), 0);
        return fd;
    }
    // `copies` descriptors in one message.
    void say(Bytes bytes, int fd, size_t copies) const
    {
        std::vector<std::byte> data(bytes.begin(), bytes.end());
        iovec part{data.data(), data.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        alignas(cmsghdr) std::array<char, CMSG_SPACE(8 * sizeof(int))> control{};
        if (copies > 0) {
            const std::vector<int> fds(copies, fd);
            message.msg_control = control.data();
            message.msg_controllen = CMSG_SPACE(copies * sizeof(int));
            cmsghdr* const header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(copies * sizeof(int));
            std::memcpy(CMSG_DATA(header), fds.data(), copies * sizeof(int));
        }
        EXPECT_GE(::sendmsg(peer_.get(), &message, MSG_NOSIGNAL), 0);
    }
    void lend(local::MemoryRecord record, int fd, size_t copies = 1) const
    {
        say(std::as_bytes(std::span(&record, 1)), fd, copies);
    }
    auto map(uint32_t first, size_t count) { return mapper_->map(numbers(first, count)); }
    bool refused(uint32_t first, size_t count)
    {
        return code_of(map(first, count)) == Errc::Protocol;
    }
    bool hung_up() const
    {
        char byte;
        return ::recv(peer_.get(), &byte, 1, MSG_DONTWAIT) == 0;
    }

    static constexpr int kSealed = F_SEAL_SHRINK | F_SEAL_GROW;

    UniqueFd listening_;
    std::unique_ptr<GrantMapper> mapper_;
    UniqueFd peer_;
};

TEST_F(HostileSourceTest, SealedMemoryOfTheRightSizeIsTaken)
{
    lend({7, 2}, memory(2 * kPageSize, kSealed).get());
    EXPECT_TRUE(map(7, 2));
}

TEST_F(HostileSourceTest, RefusesMemoryThatCanShrinkOrGrow)
{
    lend({7, 2}, memory(2 * kPageSize, 0).get());
    lend({9, 2}, memory(2 * kPageSize, F_SEAL_GROW).get());
    lend({11, 2}, memory(2 * kPageSize, F_SEAL_SHRINK).get());
    EXPECT_TRUE(refused(7, 2));
    EXPECT_TRUE(refused(9, 2));
    EXPECT_TRUE(refused(11, 2));
}

TEST_F(HostileSourceTest, RefusesMemoryShorterThanAnnounced)
{
    lend({7, 2}, memory(2 * kPageSize - 1, kSealed).get());
    EXPECT_TRUE(refused(7, 2));
    EXPECT_TRUE(refused(7, 1));
}

TEST_F(HostileSourceTest, RefusesWhatIsNoMemory)
{
    lend({7, 1}, listening_.get());
    EXPECT_TRUE(refused(7, 1));
}

TEST_F(HostileSourceTest, HangsUpOnBrokenRecords)
{
    const UniqueFd good = memory(2 * kPageSize, kSealed);
    lend({7, 2}, good.get());
    ASSERT_TRUE(map(7, 2));
    lend({100, 1}, -1, 0);  // a share without its memory
    EXPECT_TRUE(refused(7, 2));
    EXPECT_TRUE(hung_up());
}

TEST_F(HostileSourceTest, HangsUpOnRecordsOfAnotherSize)
{
    say(bytes_of("short"), -1, 0);
    EXPECT_TRUE(refused(7, 1));
    EXPECT_TRUE(hung_up());
}

TEST_F(HostileSourceTest, HangsUpOnTooManyDescriptors)
{
    lend({7, 2}, memory(2 * kPageSize, kSealed).get(), 8);
    EXPECT_TRUE(refused(7, 2));
    EXPECT_TRUE(hung_up());
}

TEST_F(HostileSourceTest, HangsUpOnOverlappingShares)
{
    const UniqueFd good = memory(4 * kPageSize, kSealed);
    lend({8, 4}, good.get());
    lend({6, 2}, good.get());
    lend({12, 1}, good.get());
    ASSERT_TRUE(map(8, 4));
    ASSERT_FALSE(hung_up());
    lend({11, 1}, good.get());
    EXPECT_TRUE(refused(8, 4));
    EXPECT_TRUE(hung_up());
}

TEST_F(HostileSourceTest, HangsUpOnACountOutOfRange)
{
    lend({7, static_cast<uint32_t>(kMaxGrantedPages + 1)}, memory(kPageSize, kSealed).get());
    EXPECT_TRUE(refused(7, 1));
    EXPECT_TRUE(hung_up());
}

TEST_F(HostileSourceTest, HangsUpOnReferencesThatWrap)
{
    lend({UINT32_MAX - 1, 2}, memory(2 * kPageSize, kSealed).get());
    settle();
    EXPECT_TRUE(hung_up());
}

TEST_F(HostileSourceTest, HangsUpOnAWithdrawalOfWhatWasNotLent)
{
    lend({7, 0}, -1, 0);
    settle();
    EXPECT_TRUE(hung_up());
}

TEST_F(HostileSourceTest, HangsUpOnOneShareBeyondTheLimit)
{
    const UniqueFd good = memory(kPageSize, kSealed);
    for (uint32_t i = 0; i < local::kMaxLiveShares; ++i) {
        lend({1 + i, 1}, good.get());
        settle();
    }
    EXPECT_TRUE(map(1, 1));
    EXPECT_FALSE(hung_up());
    lend({100'000, 1}, good.get());
    settle();
    EXPECT_TRUE(hung_up());
}

TEST_F(LocalFixture, AMapperWithoutASourceIsAnError)
{
    EXPECT_EQ(code_of(daemon_->grant_mapper(kAgent)), Errc::NotFound);
}

}  // namespace
}  // namespace insula
