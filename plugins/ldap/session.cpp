#include "plugins/ldap/session.h"

#include <openldap.h>

#include <algorithm>

#include "plugins/ldap/controls.h"
#include "plugins/ldap/socket.h"
#include "plugins/ldap/text.h"

namespace tenantry::ldap {
namespace {

// We stop a little before the host would, so that the answer is our sentence and not its cut.
constexpr std::int64_t kMarginMs = 300;
// How long a cancelled call may go unnoticed.
constexpr std::int64_t kPollMs = 100;

timeval toTimeval(std::int64_t ms) {
    timeval tv{};
    tv.tv_sec = ms / 1000;
    tv.tv_usec = static_cast<suseconds_t>(ms % 1000 * 1000);
    return tv;
}

berval toBerval(std::string& text) {
    return {text.size(), text.data()};
}

// Attribute names as libldap wants them: a NULL-terminated array of char*.
class NameList {
  public:
    explicit NameList(std::vector<std::string> names) : names_(std::move(names)) {
        for (auto& name : names_) pointers_.push_back(name.data());
        pointers_.push_back(nullptr);
    }
    char** get() { return names_.empty() ? nullptr : pointers_.data(); }

  private:
    std::vector<std::string> names_;
    std::vector<char*> pointers_;
};

// The changes in libldap's form, owned here.
class ModList {
  public:
    explicit ModList(std::vector<Change> changes) : changes_(std::move(changes)) {
        mods_.resize(changes_.size());
        values_.resize(changes_.size());
        lists_.resize(changes_.size());
        for (std::size_t i = 0; i < changes_.size(); ++i) fill(i);
        pointers_.push_back(nullptr);
    }
    LDAPMod** get() { return pointers_.data(); }

  private:
    void fill(std::size_t i) {
        Change& change = changes_[i];
        values_[i].reserve(change.values.size());
        for (auto& value : change.values) values_[i].push_back(toBerval(value));
        for (auto& value : values_[i]) lists_[i].push_back(&value);
        lists_[i].push_back(nullptr);
        const int how = change.how == Change::How::kAdd      ? LDAP_MOD_ADD
                        : change.how == Change::How::kDelete ? LDAP_MOD_DELETE
                                                             : LDAP_MOD_REPLACE;
        mods_[i].mod_op = how | LDAP_MOD_BVALUES;
        mods_[i].mod_type = change.attribute.data();
        mods_[i].mod_bvalues = change.values.empty() ? nullptr : lists_[i].data();
        pointers_.push_back(&mods_[i]);
    }

    std::vector<Change> changes_;
    std::vector<LDAPMod> mods_;
    std::vector<std::vector<berval>> values_;
    std::vector<std::vector<berval*>> lists_;
    std::vector<LDAPMod*> pointers_;
};

Entry toEntry(LDAP* ld, LDAPMessage* message) {
    Entry entry;
    if (char* dn = ldap_get_dn(ld, message)) {
        entry.dn = dn;
        ldap_memfree(dn);
    }
    BerElement* position = nullptr;
    for (char* name = ldap_first_attribute(ld, message, &position); name != nullptr;
         name = ldap_next_attribute(ld, message, position)) {
        auto& values = entry.attributes[lower(name)];
        if (berval** found = ldap_get_values_len(ld, message, name)) {
            for (berval** v = found; *v != nullptr; ++v) {
                values.emplace_back((*v)->bv_val, (*v)->bv_len);
            }
            ldap_value_free_len(found);
        }
        ldap_memfree(name);
    }
    if (position != nullptr) ber_free(position, 0);
    return entry;
}

// The result of an operation, taken apart. Throws when it cannot be decoded.
struct Result {
    int code = LDAP_OTHER;
    std::string words;
    LDAPControl** controls = nullptr;

    Result(LDAP* ld, LDAPMessage* message) {
        char* text = nullptr;
        const int parsed =
            ldap_parse_result(ld, message, &code, nullptr, &text, nullptr, &controls, 0);
        if (text != nullptr) words = text;
        ldap_memfree(text);
        if (parsed != LDAP_SUCCESS) code = parsed;
    }
    ~Result() { ldap_controls_free(controls); }
    Result(const Result&) = delete;
    Result& operator=(const Result&) = delete;
};

}  // namespace

const std::vector<std::string>& Entry::all(std::string_view name) const {
    static const std::vector<std::string> kNone;
    const auto found = attributes.find(lower(name));
    return found == attributes.end() ? kNone : found->second;
}

const std::string& Entry::first(std::string_view name) const {
    static const std::string kNone;
    const auto& values = all(name);
    return values.empty() ? kNone : values.front();
}

std::unique_ptr<Session> Session::connect(const Settings& settings, const std::string& password,
                                          tny::Call& call) {
    const SigpipeShield shield;
    std::unique_ptr<Session> session(new Session(settings));
    During during = During::kConnect;
    try {
        session->open(call);
        if (settings.tls != Tls::kNone) {
            during = During::kTls;
            session->startTls(call);
        }
        during = During::kBind;
        session->bind(call, password);
    } catch (const Failure& failure) {
        throw translate(failure, during, settings.url);
    }
    return session;
}

Session::~Session() {
    const SigpipeShield shield;  // the farewell may meet a closed connection
    ld_.reset();
}

void Session::open(tny::Call& call) {
    LDAPURLDesc* parsed = nullptr;
    if (ldap_url_parse(settings_.url.c_str(), &parsed) != LDAP_URL_SUCCESS ||
        parsed->lud_host == nullptr || *parsed->lud_host == '\0') {
        ldap_free_urldesc(parsed);
        throw tny::config("This is not an address of an LDAP server.", "/url");
    }
    const std::string host = parsed->lud_host;
    const int port = parsed->lud_port;
    ldap_free_urldesc(parsed);
    Socket socket = Socket::connect(call, host, port, connectTime(call));
    LDAP* raw = nullptr;
    const int made = ldap_init_fd(socket.get(), LDAP_PROTO_TCP, settings_.url.c_str(), &raw);
    if (made != LDAP_SUCCESS) throw Failure(made, "");
    ld_.reset(raw);
    socket_ = socket.release();  // libldap closes it with the session
    setOptions();
}

void Session::setOptions() {
    LDAP* ld = ld_.get();
    const int version = LDAP_VERSION3;
    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    // What ldap.conf(5) of this machine says about these is not ours.
    const int never = LDAP_DEREF_NEVER;
    ldap_set_option(ld, LDAP_OPT_DEREF, &never);
    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_OFF);
    // With a limit of its own libldap would spin through the handshake; SocketGuard keeps the time.
    const timeval none{-1, 0};
    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &none);
    if (settings_.tls == Tls::kNone) return;
    const int demand = LDAP_OPT_X_TLS_DEMAND;
    ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    if (!settings_.caFile.empty()) {
        ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, settings_.caFile.c_str());
    }
    const int client = 0;
    if (ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_SUCCESS) {
        throw tny::config("The file of the certificate authority cannot be read.", "/tls_ca_file");
    }
}

void Session::startTls(tny::Call& call) {
    if (settings_.tls == Tls::kStartTls) {
        int id = 0;
        sent(ldap_start_tls(ld_.get(), nullptr, nullptr, &id));
        const Message answer = wait(call, id, /*write=*/false);
        const Result result(ld_.get(), answer.get());
        if (result.code != LDAP_SUCCESS) throw Failure(result.code, result.words);
    }
    const SocketGuard guard(call, socket_, connectTime(call));
    const int result = ldap_install_tls(ld_.get());
    if (result == LDAP_SUCCESS) return;
    if (call.cancelled()) throw Failure(LDAP_USER_CANCELLED, "");
    if (guard.timedOut()) throw Failure(LDAP_TIMEOUT, "");
    fail(result);
}

void Session::bind(tny::Call& call, const std::string& password) {
    Controls controls;
    controls.addPasswordPolicy(ld_.get());
    std::string secret = password;
    berval credentials = toBerval(secret);
    int id = 0;
    sent(ldap_sasl_bind(ld_.get(), settings_.bindDn.c_str(), LDAP_SASL_SIMPLE, &credentials,
                        controls.get(), nullptr, &id));
    std::fill(secret.begin(), secret.end(), '\0');
    const Message answer = wait(call, id, /*write=*/false);
    const Result result(ld_.get(), answer.get());
    const std::string policy = policyWords(ld_.get(), result.controls);
    if (result.code != LDAP_SUCCESS) {
        throw Failure(result.code, policy.empty() ? result.words : policy);
    }
    if (!policy.empty()) {
        throw tny::authFailed(
            "The bind DN may not work until its own password is put in order: " + policy + ".");
    }
}

std::int64_t Session::millisecondsLeft(tny::Call& call) const {
    return std::max<std::int64_t>(call.deadlineMs() - kMarginMs, 1);
}

std::int64_t Session::connectTime(tny::Call& call) const {
    return std::min(settings_.connectTimeoutMs, millisecondsLeft(call));
}

Found Session::search(tny::Call& call, const Search& what) {
    const SigpipeShield shield;
    Controls controls;
    if (what.pageSize > 0) controls.addPaging(ld_.get(), what.pageSize, what.cookie);
    NameList names(what.attributes);
    int id = 0;
    sent(ldap_search_ext(ld_.get(), what.base.c_str(), what.scope, what.filter.c_str(), names.get(),
                         0, controls.get(), nullptr, nullptr, what.sizeLimit, &id));
    const Message answer = wait(call, id, /*write=*/false);
    Found found;
    bool ended = false;
    for (LDAPMessage* m = ldap_first_message(ld_.get(), answer.get()); m != nullptr;
         m = ldap_next_message(ld_.get(), m)) {
        const int type = ldap_msgtype(m);
        if (type == LDAP_RES_SEARCH_ENTRY) {
            found.entries.push_back(toEntry(ld_.get(), m));
        } else if (type == LDAP_RES_SEARCH_REFERENCE) {
            ++found.referrals;
        } else if (type == LDAP_RES_SEARCH_RESULT) {
            const Result result(ld_.get(), m);
            if (result.code != LDAP_SUCCESS) throw Failure(result.code, result.words);
            ended = true;
            if (what.pageSize == 0) continue;
            auto cookie = pageCookie(ld_.get(), result.controls);
            if (!cookie) throw Failure(LDAP_UNAVAILABLE_CRITICAL_EXTENSION, "no paging control");
            found.cookie = std::move(*cookie);
        }
    }
    if (!ended) {
        broken_ = true;
        throw Failure(LDAP_DECODING_ERROR, "the search has no result");
    }
    return found;
}

std::optional<Entry> Session::read(tny::Call& call, const std::string& dn,
                                   const std::vector<std::string>& attributes,
                                   const std::string& filter) {
    Search what{.base = dn, .scope = LDAP_SCOPE_BASE, .filter = filter, .attributes = attributes};
    try {
        Found found = search(call, what);
        if (found.entries.empty()) return std::nullopt;
        return std::move(found.entries.front());
    } catch (const Failure& failure) {
        if (failure.code() == LDAP_NO_SUCH_OBJECT) return std::nullopt;
        throw;
    }
}

void Session::modify(tny::Call& call, const std::string& dn, const std::vector<Change>& changes,
                     const WriteOptions& options) {
    const SigpipeShield shield;
    Controls controls;
    if (!options.onlyAtCsn.empty()) {
        controls.addAssertion(ld_.get(), "(entryCSN=" + escapeFilter(options.onlyAtCsn) + ")");
    }
    if (options.rehearse) controls.addNoOperation();
    ModList mods(changes);
    int id = 0;
    sent(ldap_modify_ext(ld_.get(), dn.c_str(), mods.get(), controls.get(), nullptr, &id));
    finish(call, id, options);
}

void Session::move(tny::Call& call, const std::string& dn, const std::string& parent,
                   const WriteOptions& options) {
    const SigpipeShield shield;
    Controls controls;
    if (!options.onlyAtCsn.empty()) {
        controls.addAssertion(ld_.get(), "(entryCSN=" + escapeFilter(options.onlyAtCsn) + ")");
    }
    if (options.rehearse) controls.addNoOperation();
    int id = 0;
    sent(ldap_rename(ld_.get(), dn.c_str(), splitDn(dn).first.c_str(), parent.c_str(), 0,
                     controls.get(), nullptr, &id));
    finish(call, id, options);
}

void Session::remove(tny::Call& call, const std::string& dn, const WriteOptions& options) {
    const SigpipeShield shield;
    Controls controls;
    if (!options.onlyAtCsn.empty()) {
        controls.addAssertion(ld_.get(), "(entryCSN=" + escapeFilter(options.onlyAtCsn) + ")");
    }
    if (options.rehearse) controls.addNoOperation();
    int id = 0;
    sent(ldap_delete_ext(ld_.get(), dn.c_str(), controls.get(), nullptr, &id));
    finish(call, id, options);
}

void Session::setPassword(tny::Call& call, const std::string& dn, const std::string& password) {
    const SigpipeShield shield;
    std::string who = dn, value = password;
    berval user = toBerval(who), secret = toBerval(value);
    int id = 0;
    const int result = ldap_passwd(ld_.get(), &user, nullptr, &secret, nullptr, nullptr, &id);
    std::fill(value.begin(), value.end(), '\0');
    sent(result);
    finish(call, id, {});
}

Session::Message Session::wait(tny::Call& call, int messageId, bool write) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::milliseconds(std::min(settings_.operationTimeoutMs,
                                                                       millisecondsLeft(call)));
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        const bool cancelled = call.cancelled();
        if (cancelled || left <= 0) {
            // A change may have been done already: abandoning it would only lose the answer.
            if (!write) ldap_abandon_ext(ld_.get(), messageId, nullptr, nullptr);
            broken_ = true;
            Failure failure(cancelled ? LDAP_USER_CANCELLED : LDAP_TIMEOUT, "");
            throw write ? std::move(failure).afterWrite() : std::move(failure);
        }
        timeval tv = toTimeval(std::min<std::int64_t>(left, kPollMs));
        LDAPMessage* answer = nullptr;
        const int got = ldap_result(ld_.get(), messageId, LDAP_MSG_ALL, &tv, &answer);
        if (got > 0) return Message(answer);
        if (got < 0) {
            int code = LDAP_SERVER_DOWN;
            ldap_get_option(ld_.get(), LDAP_OPT_RESULT_CODE, &code);
            broken_ = true;
            Failure failure(code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code, diagnostic());
            throw write ? std::move(failure).afterWrite() : std::move(failure);
        }
    }
}

void Session::finish(tny::Call& call, int messageId, const WriteOptions& options) {
    const Message answer = wait(call, messageId, /*write=*/!options.rehearse);
    const Result result(ld_.get(), answer.get());
    if (result.code == LDAP_SUCCESS) return;
    if (options.rehearse && result.code == LDAP_X_NO_OPERATION) return;
    throw Failure(result.code, result.words);
}

void Session::fail(int code) {
    Failure failure(code, diagnostic());
    if (failure.connectionLost()) broken_ = true;
    throw failure;
}

std::string Session::diagnostic() const {
    char* text = nullptr;
    ldap_get_option(ld_.get(), LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
    const std::string out = text == nullptr ? "" : text;
    ldap_memfree(text);
    return out;
}

}  // namespace tenantry::ldap
