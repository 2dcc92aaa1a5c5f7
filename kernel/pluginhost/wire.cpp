#include "kernel/pluginhost/wire.h"

namespace tenantry::pluginhost {

namespace {

template <class N>
void put(std::string& out, N value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <class N>
N read(const char* from) {
    N value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

}  // namespace

FrameWriter::FrameWriter(FrameType type, std::uint64_t call) {
    put<std::uint32_t>(out_, 0);
    put<std::uint16_t>(out_, static_cast<std::uint16_t>(type));
    put<std::uint16_t>(out_, 0);
    put<std::uint64_t>(out_, call);
}

FrameWriter& FrameWriter::number(std::uint64_t value) {
    put(out_, value);
    return *this;
}

FrameWriter& FrameWriter::bytes(std::string_view value) {
    put(out_, static_cast<std::uint32_t>(value.size()));
    out_ += value;
    return *this;
}

std::string FrameWriter::take() {
    const auto length = static_cast<std::uint32_t>(payloadBytes());
    std::memcpy(out_.data(), &length, sizeof length);
    return std::move(out_);
}

std::uint64_t FieldReader::number() {
    if (failed_ || rest_.size() < sizeof(std::uint64_t)) {
        failed_ = true;
        return 0;
    }
    const auto value = read<std::uint64_t>(rest_.data());
    rest_.remove_prefix(sizeof value);
    return value;
}

std::string_view FieldReader::bytes() {
    if (failed_ || rest_.size() < sizeof(std::uint32_t)) {
        failed_ = true;
        return {};
    }
    const auto length = read<std::uint32_t>(rest_.data());
    if (rest_.size() - sizeof length < length) {
        failed_ = true;
        return {};
    }
    const auto value = rest_.substr(sizeof length, length);
    rest_.remove_prefix(sizeof length + length);
    return value;
}

std::optional<Frame> FrameParser::next() {
    if (broken_ || buffer_.size() - at_ < kFrameHeaderBytes) return std::nullopt;
    const char* head = buffer_.data() + at_;
    const auto length = read<std::uint32_t>(head);
    if (length > kFramePayloadMax) {
        broken_ = true;
        return std::nullopt;
    }
    if (buffer_.size() - at_ < kFrameHeaderBytes + length) return std::nullopt;
    Frame frame;
    frame.type = static_cast<FrameType>(read<std::uint16_t>(head + 4));
    frame.call = read<std::uint64_t>(head + 8);
    frame.payload.assign(head + kFrameHeaderBytes, length);
    // A frame may have carried a secret: what was taken out is not left behind.
    std::memset(buffer_.data() + at_, 0, kFrameHeaderBytes + length);
    at_ += kFrameHeaderBytes + length;
    if (at_ == buffer_.size() || at_ > kBatchBytes) {
        buffer_.erase(0, at_);
        at_ = 0;
    }
    return frame;
}

}  // namespace tenantry::pluginhost
