#include "tenants/mail/smtp.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/MailRecipient.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <thread>

namespace tenantry::tenants {

namespace {

constexpr auto kSendWithin = std::chrono::seconds{30};

base::Result<std::uint16_t> portOf(const std::string& text) {
    if (!text.empty() && text.size() <= 5 &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        const int port = std::stoi(text);
        if (port > 0 && port <= 65535) return static_cast<std::uint16_t>(port);
    }
    return base::invalidArgument("\"" + text + "\" is no port.");
}

base::Error unreachable(const SmtpOptions& options, const std::string& why) {
    return base::unavailable("The mail server " + options.host + ":" +
                             std::to_string(options.port) + " does not take mail: " + why);
}

}  // namespace

base::Result<SmtpOptions> parseSmtp(const std::string& url) {
    SmtpOptions out;
    std::string rest;
    const auto take = [&](const std::string& scheme, SmtpTls tls, std::uint16_t port) {
        if (url.rfind(scheme, 0) != 0) return false;
        rest = url.substr(scheme.size());
        out.tls = tls;
        out.port = port;
        return true;
    };
    if (!take("smtp://", SmtpTls::kNone, 25) &&
        !take("smtp+starttls://", SmtpTls::kStartTls, 587) &&
        !take("smtps://", SmtpTls::kImplicit, 465))
        return base::invalidArgument(
            "Write smtp://HOST:PORT, smtp+starttls://USER@HOST:PORT or smtps://USER@HOST:PORT.");
    if (const auto at = rest.rfind('@'); at != std::string::npos) {
        out.username = rest.substr(0, at);
        rest.erase(0, at + 1);
        if (out.tls == SmtpTls::kNone)
            return base::invalidArgument(
                "A mail server that wants a password is asked over TLS: use smtp+starttls:// or "
                "smtps://.");
    }
    while (!rest.empty() && rest.back() == '/') rest.pop_back();
    if (const auto colon = rest.rfind(':'); colon != std::string::npos) {
        TNY_TRY(out.port, portOf(rest.substr(colon + 1)));
        rest.erase(colon);
    }
    if (rest.empty()) return base::invalidArgument("The mail server has no name.");
    out.host = rest;
    return out;
}

namespace {

/// Ends a connection at its deadline, whatever it is busy with: the library's limits are of each
/// step, and a server may take any number of steps.
class CutAtDeadline {
  public:
    CutAtDeadline(const Poco::Net::StreamSocket& socket, base::Deadline deadline)
        : fd_(::fcntl(socket.impl()->sockfd(), F_DUPFD_CLOEXEC, 0)),
          thread_([fd = fd_, deadline](const std::stop_token& stop) {
              std::mutex mutex;
              std::condition_variable_any wake;
              std::unique_lock lock(mutex);
              wake.wait_until(lock, stop, deadline.point(), [] { return false; });
              if (!stop.stop_requested()) ::shutdown(fd, SHUT_RDWR);
          }) {}
    ~CutAtDeadline() {
        thread_.request_stop();
        thread_.join();
        if (fd_ >= 0) ::close(fd_);
    }
    CutAtDeadline(const CutAtDeadline&) = delete;
    CutAtDeadline& operator=(const CutAtDeadline&) = delete;

  private:
    const int fd_;  ///< our own, so that it is of no other connection by then
    std::jthread thread_;
};

class Session final : public Poco::Net::SMTPClientSession {
  public:
    using SMTPClientSession::SMTPClientSession;
    void startTls(const std::string& host, const Poco::Net::Context::Ptr& context) {
        std::string answer;
        if (sendCommand("STARTTLS", answer) / 100 != 2)
            throw Poco::Net::SMTPException("it does not speak TLS");
        socket() = Poco::Net::SecureStreamSocket::attach(socket(), host, context);
    }
};

}  // namespace

struct SmtpMailer::Impl {
    Impl(SmtpOptions o, const base::Clock& c) : options(std::move(o)), clock(c) {}

    Poco::Net::Context::Ptr context() const {
        Poco::Net::Context::Params params;
        params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
        params.loadDefaultCAs = true;
        params.caLocation = options.caFile;
        params.cipherList = "HIGH:!aNULL";
        Poco::Net::Context::Ptr out(
            new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));
        out->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        out->enableExtendedCertificateVerification(true);
        return out;
    }

    void talk(const std::string& mail, const std::string& to, base::Deadline deadline) const {
        const Poco::Timespan within(std::max<Poco::Timespan::TimeDiff>(deadline.left().count(), 1) *
                                    1000);
        Poco::Net::StreamSocket socket;
        socket.connect({options.host, options.port}, within);
        socket.setReceiveTimeout(within);
        socket.setSendTimeout(within);
        const CutAtDeadline cut(socket, deadline);
        if (options.tls == SmtpTls::kImplicit)
            socket = Poco::Net::SecureStreamSocket::attach(socket, options.host, context());
        Session session(socket);
        session.login();
        if (options.tls == SmtpTls::kStartTls) {
            session.startTls(options.host, context());
            session.login();
        }
        if (!options.username.empty())
            session.login(Session::AUTH_PLAIN, options.username, options.password.reveal());
        session.sendAddresses(options.from, {to});
        session.sendData();
        std::istringstream text(mail);
        session.sendMessage(text);
        session.close();
    }

    SmtpOptions options;
    const base::Clock& clock;
};

SmtpMailer::SmtpMailer(SmtpOptions options, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), clock)) {}
SmtpMailer::~SmtpMailer() = default;

base::Status SmtpMailer::send(const Message& message, base::Deadline deadline) {
    const auto& options = impl_->options;
    TNY_TRY(const auto mail, render(message, options.from, options.fromName, impl_->clock.now()));
    try {
        impl_->talk(mail, message.to, deadline.orAfter(kSendWithin));
        return base::ok();
    } catch (const Poco::Net::SMTPException& failed) {
        // 5xx will not change by asking again.
        auto error = unreachable(options, failed.message());
        if (failed.code() >= 500 && failed.code() < 600)
            error.code = base::ErrorCode::kInvalidArgument;
        return error;
    } catch (const Poco::Exception& failed) {
        return unreachable(options, failed.displayText());
    } catch (const std::exception& failed) {
        return unreachable(options, failed.what());
    }
}

MailWay SmtpMailer::way() const {
    const auto& options = impl_->options;
    const char* encryption = options.tls == SmtpTls::kNone       ? "none"
                             : options.tls == SmtpTls::kStartTls ? "starttls"
                                                                 : "tls";
    return {"smtp", options.host + ":" + std::to_string(options.port), encryption, options.from};
}

SpoolMailer::SpoolMailer(std::string folder, std::string from, const base::Clock& clock)
    : folder_(std::move(folder)), from_(std::move(from)), clock_(clock) {}

base::Status SpoolMailer::send(const Message& message, base::Deadline) {
    TNY_TRY(const auto mail, render(message, from_, "Tenantry", clock_.now()));
    std::error_code failure;
    std::filesystem::create_directories(folder_, failure);
    ::chmod(folder_.c_str(), 0700);
    for (int n = 1;; ++n) {
        char number[32];
        std::snprintf(number, sizeof number, "%06d", n);
        const std::string path = folder_ + "/" + number + ".eml";
        if (std::filesystem::exists(path, failure)) continue;
        const std::string made = folder_ + "/." + number;
        const int fd = ::open(made.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0) return base::unavailable("Mail cannot be written to " + folder_ + ".");
        const auto written = ::write(fd, mail.data(), mail.size());
        const bool whole = written == static_cast<ssize_t>(mail.size()) && ::close(fd) == 0;
        if (!whole || ::link(made.c_str(), path.c_str()) != 0) {
            ::unlink(made.c_str());
            if (whole && std::filesystem::exists(path, failure)) continue;
            return base::unavailable("Mail cannot be written to " + folder_ + ".");
        }
        ::unlink(made.c_str());
        return base::ok();
    }
}

}  // namespace tenantry::tenants
