// Frames: what is written is read back, and nothing that is read can lead outside of the payload.
#include "kernel/pluginhost/wire.h"

#include <gtest/gtest.h>

#include <random>

namespace tenantry::pluginhost {
namespace {

std::string sample() {
    return FrameWriter(FrameType::kGet, 42)
        .number(7)
        .bytes("user")
        .signedNumber(-3)
        .bytes("")
        .take();
}

TEST(Wire, FieldsComeBackInTheirOrder) {
    FrameParser parser;
    const std::string bytes = sample();
    parser.feed(bytes.data(), bytes.size());
    const auto frame = parser.next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->type, FrameType::kGet);
    EXPECT_EQ(frame->call, 42u);
    FieldReader fields(frame->payload);
    EXPECT_EQ(fields.number(), 7u);
    EXPECT_EQ(fields.bytes(), "user");
    EXPECT_EQ(fields.signedNumber(), -3);
    EXPECT_EQ(fields.bytes(), "");
    EXPECT_TRUE(fields.complete());
    EXPECT_FALSE(parser.next());
}

TEST(Wire, AStreamCutAnywhereGivesTheSameFrames) {
    std::string stream;
    for (int i = 0; i < 5; ++i) stream += sample();
    for (std::size_t step = 1; step < 40; ++step) {
        FrameParser parser;
        int frames = 0;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            parser.feed(stream.data() + at, std::min(step, stream.size() - at));
            while (parser.next()) ++frames;
        }
        EXPECT_EQ(frames, 5) << step;
    }
}

TEST(Wire, AFrameBeyondTheLimitBreaksTheStream) {
    std::string bytes = sample();
    const std::uint32_t huge = kFramePayloadMax + 1;
    std::memcpy(bytes.data(), &huge, sizeof huge);
    FrameParser parser;
    parser.feed(bytes.data(), bytes.size());
    EXPECT_FALSE(parser.next());
    EXPECT_TRUE(parser.broken());
}

TEST(Wire, AShortPayloadFailsAndStaysFailed) {
    const std::string payload = sample().substr(kFrameHeaderBytes);
    for (std::size_t cut = 0; cut < payload.size(); ++cut) {
        FieldReader fields(std::string_view(payload).substr(0, cut));
        fields.number();
        fields.bytes();
        fields.number();
        fields.bytes();
        EXPECT_TRUE(fields.failed()) << cut;
        EXPECT_EQ(fields.bytes(), "");
        EXPECT_EQ(fields.number(), 0u);
        EXPECT_FALSE(fields.complete());
    }
}

TEST(Wire, RandomBytesNeverReadOutside) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(random() % 200, '\0');
        for (auto& b : bytes) b = static_cast<char>(random());
        FrameParser parser;
        parser.feed(bytes.data(), bytes.size());
        while (const auto frame = parser.next()) {
            FieldReader fields(frame->payload);
            for (int i = 0; i < 20; ++i) {
                if (random() % 2 == 0) {
                    fields.number();
                } else {
                    EXPECT_LE(fields.bytes().size(), frame->payload.size());
                }
            }
        }
    }
}

}  // namespace
}  // namespace tenantry::pluginhost
