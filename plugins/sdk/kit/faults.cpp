#include "plugins/sdk/kit/faults.h"

#include <map>
#include <thread>

namespace tenantry::kit {

namespace {

namespace http = pluginhost::http;
using namespace std::chrono_literals;

constexpr auto kDrop = 50ms;

/// An answer as it was given, to be given again.
struct Kept {
    http::Head head;
    std::string body;
};

/// Takes the whole answer.
class Collector final : public http::Receiver {
  public:
    bool head(const http::Head& head) override {
        kept.head = head;
        return true;
    }
    bool data(std::string_view chunk) override {
        kept.body += chunk;
        return true;
    }
    Kept kept;
};

/// Lengths and encodings speak of the body as it was.
void dropLengths(http::Headers& headers) {
    std::erase_if(headers,
                  [](const auto& one) { return http::sameName(one.name, "content-length"); });
}

http::Outcome give(const Kept& kept, http::Receiver& receiver) {
    const bool wanted = receiver.head(kept.head) && (kept.body.empty() || receiver.data(kept.body));
    if (wanted) return {};
    return http::Failure{http::Failed::kStopped, true, "The rest was not wanted.", ""};
}

class FaultyExchange final : public http::Exchange {
  public:
    FaultyExchange(std::shared_ptr<http::Exchange> real, std::shared_ptr<Faults> faults)
        : real_(std::move(real)), faults_(std::move(faults)) {}

    http::Outcome send(const http::Request& request, http::Receiver& receiver,
                       const http::Waiting& waiting) override {
        const Fault fault = faults_->next(request.method);
        switch (fault) {
            case Fault::kNone:
                return remembering(request, receiver, waiting);
            case Fault::kRateLimited:
                return give({{429, {{"Retry-After", "7"}}}, "{}"}, receiver);
            case Fault::kServerError:
                return give({{500, {}}, "<html>Internal Server Error</html>"}, receiver);
            case Fault::kBusy:
                return give({{503, {}}, "busy"}, receiver);
            case Fault::kUnauthorized:
                return give({{401, {}}, R"({"error":"expired"})"}, receiver);
            case Fault::kRedirectLoop:
                return give({{302, {{"Location", request.url}}}, ""}, receiver);
            case Fault::kTls:
                return http::Failure{http::Failed::kTls, false,
                                     "The server's certificate is not trusted.", "60"};
            case Fault::kLostBefore:
                return http::Failure{http::Failed::kConnect, false, "The connection was refused.",
                                     "ECONNREFUSED"};
            case Fault::kLostAfter: {
                Collector lost;
                if (auto failure = real_->send(request, lost, waiting)) return failure;
                return http::Failure{http::Failed::kLost, true, "The connection broke.",
                                     "ECONNRESET"};
            }
            case Fault::kTruncated:
                return truncated(request, receiver, waiting);
            case Fault::kSlow:
                return slow(request, receiver, waiting);
            case Fault::kRepeatedPage:
                return repeated(receiver);
        }
        return {};
    }

  private:
    http::Outcome collect(const http::Request& request, const http::Waiting& waiting, Kept& into) {
        Collector collector;
        auto failure = real_->send(request, collector, waiting);
        into = std::move(collector.kept);
        dropLengths(into.head.headers);
        return failure;
    }

    /// Lets it through, and keeps the answer for kRepeatedPage.
    http::Outcome remembering(const http::Request& request, http::Receiver& receiver,
                              const http::Waiting& waiting) {
        Kept kept;
        if (auto failure = collect(request, waiting, kept)) return failure;
        {
            const std::lock_guard lock(mutex_);
            last_ = kept;
        }
        return give(kept, receiver);
    }

    http::Outcome repeated(http::Receiver& receiver) {
        Kept kept;
        {
            const std::lock_guard lock(mutex_);
            kept = last_;
        }
        return give(kept, receiver);
    }

    http::Outcome truncated(const http::Request& request, http::Receiver& receiver,
                            const http::Waiting& waiting) {
        Kept kept;
        if (auto failure = collect(request, waiting, kept)) return failure;
        kept.body.resize(kept.body.size() / 2);
        return give(kept, receiver);
    }

    http::Outcome slow(const http::Request& request, http::Receiver& receiver,
                       const http::Waiting& waiting) {
        Kept kept;
        if (auto failure = collect(request, waiting, kept)) return failure;
        if (!receiver.head(kept.head)) return give(kept, receiver);
        for (std::size_t i = 0; !waiting.signal.cancelled() && !waiting.abandoned(); ++i) {
            std::this_thread::sleep_for(kDrop);
            // White space before a JSON document means nothing, and never ends.
            if (!receiver.data(" ")) break;
        }
        const bool late = waiting.signal.leftMs() <= 0;
        return http::Failure{late ? http::Failed::kTimeout : http::Failed::kCancelled, true,
                             "The server did not finish its answer in time.", ""};
    }

    const std::shared_ptr<http::Exchange> real_;
    const std::shared_ptr<Faults> faults_;
    std::mutex mutex_;  ///< guards last_
    Kept last_;
};

}  // namespace

void Faults::arm(Fault fault, int from, int times, bool writesOnly) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    from_ = from;
    times_ = times;
    writesOnly_ = writesOnly;
    seen_ = hit_ = 0;
}

int Faults::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

int Faults::hit() const {
    const std::lock_guard lock(mutex_);
    return hit_;
}

Fault Faults::next(const std::string& method) {
    const std::lock_guard lock(mutex_);
    if (writesOnly_ && http::isSafe(method)) return Fault::kNone;
    const int number = seen_++;
    if (fault_ == Fault::kNone || number < from_ || hit_ >= times_) return Fault::kNone;
    ++hit_;
    return fault_;
}

std::shared_ptr<http::Exchange> withFaults(std::shared_ptr<http::Exchange> real,
                                           std::shared_ptr<Faults> faults) {
    return std::make_shared<FaultyExchange>(std::move(real), std::move(faults));
}

}  // namespace tenantry::kit
