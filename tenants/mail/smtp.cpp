#include "tenants/mail/smtp.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/MailRecipient.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SecureSMTPClientSession.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

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

    void talk(const std::string& mail, const std::string& to, Poco::Timespan within) const {
        using Poco::Net::SecureSMTPClientSession;
        using Poco::Net::SMTPClientSession;
        std::unique_ptr<SMTPClientSession> session;
        if (options.tls == SmtpTls::kImplicit) {
            Poco::Net::SecureStreamSocket socket(context());
            socket.setPeerHostName(options.host);
            socket.connect({options.host, options.port}, within);
            socket.setReceiveTimeout(within);
            socket.setSendTimeout(within);
            session = std::make_unique<SMTPClientSession>(socket);
        } else {
            const auto port = options.port;
            // These sessions connect without a limit of time: so whether anybody answers is found
            // out before.
            Poco::Net::StreamSocket().connect({options.host, port}, within);
            if (options.tls == SmtpTls::kStartTls)
                session = std::make_unique<SecureSMTPClientSession>(options.host, port);
            else
                session = std::make_unique<SMTPClientSession>(options.host, port);
        }
        session->setTimeout(within);
        session->login();
        if (options.tls == SmtpTls::kStartTls &&
            !static_cast<SecureSMTPClientSession&>(*session).startTLS(context()))
            throw Poco::Net::SMTPException("it does not speak TLS");
        if (!options.username.empty())
            session->login(SMTPClientSession::AUTH_PLAIN, options.username,
                           options.password.reveal());
        session->sendAddresses(options.from, {to});
        session->sendData();
        std::istringstream text(mail);
        session->sendMessage(text);
        session->close();
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
    const auto left = deadline.orAfter(kSendWithin).left();
    const Poco::Timespan within(std::max<Poco::Timespan::TimeDiff>(left.count(), 1) * 1000);
    try {
        impl_->talk(mail, message.to, within);
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
