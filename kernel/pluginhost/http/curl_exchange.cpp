#include "kernel/pluginhost/http/curl_exchange.h"

#include <condition_variable>
#include <mutex>
#include <vector>

#include "kernel/pluginhost/http/curl_lane.h"

namespace tenantry::pluginhost::http {

using namespace std::chrono_literals;

/// The lanes, and who has one. Threads: any.
class CurlExchange::Lanes {
  public:
    explicit Lanes(std::size_t most) : most_(most) {}

    /// The free lane that spoke to `origin` last, else a new one, else the one unused for longest.
    /// Null when none came free in time.
    std::unique_ptr<Lane> take(const std::string& origin, const Waiting& waiting) {
        std::unique_lock lock(mutex_);
        while (free_.empty() && out_ >= most_) {
            if (waiting.signal.cancelled() || waiting.abandoned()) return nullptr;
            changed_.wait_for(lock, 100ms);
        }
        ++out_;
        for (auto it = free_.begin(); it != free_.end(); ++it)
            if ((*it)->origin == origin) return pick(it);
        if (out_ + free_.size() <= most_) return std::make_unique<Lane>();
        return pick(free_.begin());
    }
    void give(std::unique_ptr<Lane> lane) {
        const std::lock_guard lock(mutex_);
        --out_;
        free_.push_back(std::move(lane));  // so the first is unused for longest
        changed_.notify_one();
    }

  private:
    std::unique_ptr<Lane> pick(std::vector<std::unique_ptr<Lane>>::iterator it) {
        auto lane = std::move(*it);
        free_.erase(it);
        return lane;
    }

    const std::size_t most_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Lane>> free_;
    std::size_t out_ = 0;
};

CurlExchange::CurlExchange(CurlOptions options)
    : options_(std::move(options)),
      lanes_(std::make_unique<Lanes>(static_cast<std::size_t>(options_.lanesMax))) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(started);  // without memory for it every call fails, and says so
}

CurlExchange::~CurlExchange() = default;

Outcome CurlExchange::send(const Request& request, Receiver& receiver, const Waiting& waiting) {
    const auto url = Url::parse(request.url);
    if (!url) return Failure{Failed::kInvalid, false, url.error().message, ""};
    // A proxy resolves names itself; what is written as an address we can still judge.
    if (auto why = refusalOfLiteral(url->host, options_.addresses))
        return Failure{Failed::kRefused, false, url->host + " is not allowed. " + *why, ""};
    auto lane = lanes_->take(url->origin(), waiting);
    if (!lane) {
        const bool late = waiting.signal.leftMs() <= 0;
        return Failure{late ? Failed::kTimeout : Failed::kCancelled, false,
                       "No place for the request to " + url->origin() + " came free in time.", ""};
    }
    lane->origin = url->origin();
    Outcome out = lane->run(request, *url, options_, receiver, waiting);
    lanes_->give(std::move(lane));
    return out;
}

}  // namespace tenantry::pluginhost::http
