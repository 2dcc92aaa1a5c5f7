/// One place for a call: a libcurl handle with its kept connections. Part of CurlExchange.
#pragma once

#include <curl/curl.h>

#include <array>
#include <string>

#include "kernel/pluginhost/http/curl_exchange.h"
#include "kernel/pluginhost/http/url.h"

namespace tenantry::pluginhost::http {

/// Threads: one at a time; CurlExchange hands it out.
class CurlExchange::Lane {
  public:
    Lane();
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    Outcome run(const Request& request, const Url& url, const CurlOptions& options,
                Receiver& receiver, const Waiting& waiting);

    /// Whom it spoke to last: there it may have a connection.
    std::string origin;

  private:
    /// What the callbacks of one call share.
    struct Flight {
        Receiver* receiver = nullptr;
        const CurlOptions* options = nullptr;
        bool proxied = false;
        Head head;
        std::size_t headBytes = 0;
        bool headTold = false;
        bool stopped = false;
        bool headTooLarge = false;
        std::string refusal;
    };
    static curl_socket_t openSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static std::size_t onHeader(char* data, std::size_t size, std::size_t n, void* self);
    static std::size_t onData(char* data, std::size_t size, std::size_t n, void* self);
    static bool takeHeaderLine(Flight& flight, std::string_view line);

    void prepare(const Request& request, const Url& url, const CurlOptions& options,
                 const Waiting& waiting, Flight& flight);
    void prepareBody(const Request& request);
    void prepareTrust(const CurlOptions& options);
    /// Nothing when the call was given up.
    std::optional<CURLcode> drive(const Waiting& waiting);
    Outcome outcome(std::optional<CURLcode> code, const Url& url, const Flight& flight,
                    const Waiting& waiting);
    [[nodiscard]] bool wasSent(const Flight& flight, const Url& url) const;

    CURLM* multi_;
    CURL* easy_;
    curl_slist* headers_ = nullptr;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace tenantry::pluginhost::http
