/// Recorded HTTP exchanges: what a backend once said, to be played again without it.
///
/// A cassette is a JSON file that a person can read and edit:
///
///     {"tenantry_cassette": 1, "exchanges": [
///       {"request":  {"method": "GET", "url": "https://...", "headers": [["accept", "*/*"]],
///                     "body": "", "body_digest": "..."},
///        "response": {"status": 200, "headers": [["content-type", "..."]], "body": "..."}},
///       {"request":  {...}, "failure": {"what": "connect", "sent": false, "message": "..."}}]}
///
/// A body that is no UTF-8 stands as "body_base64". No secret is in it: what the host put in,
/// Authorization and Cookie headers, and the values of fields that are named like a secret are
/// "[secret]".
///
/// Ownership: shared by the Recorder or Replayer over it. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/pluginhost/http/exchange.h"

namespace tenantry::pluginhost::http {

struct Recorded {
    Request request;         ///< without secrets
    std::string bodyDigest;  ///< of the request's body, as it stands here
    Head head;
    std::string body;
    Outcome failure;
};

class Cassette {
  public:
    static constexpr std::size_t kBytesMax = 256 * 1024 * 1024;

    static base::Result<Cassette> parse(std::string_view json);
    static base::Result<Cassette> load(const std::string& path);
    /// Whole or not at all: through a file beside it.
    [[nodiscard]] base::Status save(const std::string& path) const;
    [[nodiscard]] std::string json() const;

    std::vector<Recorded> exchanges;
};

/// The request as a cassette keeps it: without secrets, with the digest of its body.
Recorded keyOf(const Request& request);

/// Hands through, and keeps what passes. save() when all is over.
class Recorder final : public Exchange {
  public:
    Recorder(std::shared_ptr<Exchange> inner, std::string path)
        : inner_(std::move(inner)), path_(std::move(path)) {}
    Outcome send(const Request& request, Receiver& receiver, const Waiting& waiting) override;
    /// kTooMany when the cassette is longer than Cassette::kBytesMax: then nothing is written.
    [[nodiscard]] base::Status save() const;
    [[nodiscard]] Cassette cassette() const;

  private:
    const std::shared_ptr<Exchange> inner_;
    const std::string path_;
    mutable std::mutex mutex_;
    Cassette cassette_;
    std::size_t bytes_ = 0;
};

/// Answers from a cassette, and never from a network. A request gets the first answer that was
/// recorded for the same method, URL and body and was not yet given out; none left: kNotRecorded,
/// and the sentence says which.
class Replayer final : public Exchange {
  public:
    explicit Replayer(Cassette cassette);
    Outcome send(const Request& request, Receiver& receiver, const Waiting& waiting) override;
    /// What was recorded and not asked for: "GET https://...".
    [[nodiscard]] std::vector<std::string> unplayed() const;

  private:
    const Cassette cassette_;
    mutable std::mutex mutex_;
    std::vector<bool> played_;
};

}  // namespace tenantry::pluginhost::http
