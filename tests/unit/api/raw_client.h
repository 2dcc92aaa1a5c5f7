/// A client that sends exactly the bytes it is given and returns all that comes back.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <string>

namespace tenantry::testing {

class RawClient {
  public:
    explicit RawClient(std::uint16_t port) : socket_(Poco::Net::SocketAddress("127.0.0.1", port)) {
        socket_.setReceiveTimeout(Poco::Timespan(5, 0));
    }

    void send(const std::string& bytes) {
        socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    }

    /// Until `text` was seen or the server closed.
    std::string readUntil(const std::string& text) {
        while (seen_.find(text) == std::string::npos && readSome()) {
        }
        return seen_;
    }

    std::string readToEnd() {
        while (readSome()) {
        }
        return seen_;
    }

    /// Sends and reads to the end of the connection.
    std::string exchange(const std::string& bytes) {
        send(bytes);
        return readToEnd();
    }

  private:
    bool readSome() {
        char buffer[4096];
        const int got = socket_.receiveBytes(buffer, sizeof buffer);
        if (got <= 0) return false;
        seen_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    Poco::Net::StreamSocket socket_;
    std::string seen_;
};

inline int countOf(const std::string& text, const std::string& part) {
    int count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace tenantry::testing
