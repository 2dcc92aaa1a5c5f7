// FrameSender and FrameReceiver over a real socketpair: many senders, a slow reader, a reader gone.
#include "kernel/pluginhost/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>
#include <thread>
#include <vector>

namespace tenantry::pluginhost {
namespace {

using namespace std::chrono_literals;

class ChannelTest : public testing::Test {
  protected:
    ChannelTest() {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds_.data()) != 0)
            throw std::runtime_error("socketpair");
    }
    ~ChannelTest() override {
        for (const int fd : fds_)
            if (fd >= 0) ::close(fd);
    }
    static FrameSender::Point in(std::chrono::milliseconds span) {
        return std::chrono::steady_clock::now() + span;
    }
    /// The next frame, waiting for it.
    FrameReceiver::Status next(FrameReceiver& receiver, Frame& frame) {
        for (;;) {
            const auto status = receiver.next(frame);
            if (status != FrameReceiver::Status::kNothing) return status;
            pollfd one{fds_[1], POLLIN, 0};
            if (::poll(&one, 1, 5000) <= 0) return status;
        }
    }
    static std::string sampleFrame() { return FrameWriter(FrameType::kPing, 0).take(); }
    std::array<int, 2> fds_{-1, -1};
};

TEST_F(ChannelTest, FramesOfManyThreadsArriveWholeAndInOrderOfEach) {
    constexpr int kThreads = 4;
    constexpr std::uint64_t kFrames = 300;
    FrameSender sender(fds_[0]);
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            const std::string ballast(5000, static_cast<char>('a' + t));
            for (std::uint64_t i = 0; i < kFrames; ++i)
                sender.send(FrameWriter(FrameType::kEmit, static_cast<std::uint64_t>(t))
                                .number(i)
                                .bytes(ballast)
                                .take(),
                            Urgency::kNormal, in(20s));
        });
    FrameReceiver receiver(fds_[1]);
    std::map<std::uint64_t, std::uint64_t> seen;
    for (std::uint64_t n = 0; n < kThreads * kFrames; ++n) {
        Frame frame;
        ASSERT_EQ(next(receiver, frame), FrameReceiver::Status::kFrame);
        FieldReader fields(frame.payload);
        ASSERT_EQ(fields.number(), seen[frame.call]++);
        const auto ballast = fields.bytes();
        ASSERT_EQ(ballast.size(), 5000u);
        ASSERT_EQ(ballast[4999], static_cast<char>('a' + frame.call));
    }
}

TEST_F(ChannelTest, AReaderThatDoesNotReadEndsTheSendAtItsDeadline) {
    FrameSender sender(fds_[0]);
    const std::string big(kFramePayloadMax - 100, 'x');
    const auto began = std::chrono::steady_clock::now();
    EXPECT_FALSE(sender.send(FrameWriter(FrameType::kEmit, 1).bytes(big).take(), Urgency::kNormal,
                             in(100ms)));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
    EXPECT_FALSE(sender.send(sampleFrame(), Urgency::kUrgent, in(1s))) << "broken from then on";
}

TEST_F(ChannelTest, AReaderThatIsGoneIsNoticedByBothSides) {
    FrameSender sender(fds_[0]);
    FrameReceiver receiver(fds_[0]);
    ::close(fds_[1]);
    fds_[1] = -1;
    EXPECT_FALSE(sender.send(sampleFrame(), Urgency::kNormal, in(1s)));
    Frame frame;
    EXPECT_EQ(receiver.next(frame), FrameReceiver::Status::kClosed);
}

}  // namespace
}  // namespace tenantry::pluginhost
