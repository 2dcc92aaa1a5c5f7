/// One bound connection to an LDAP server, on libldap. Everything else here is free of libldap.
#pragma once

#include <ldap.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenantry/call.hpp>

#include "plugins/ldap/failure.h"
#include "plugins/ldap/settings.h"

namespace tenantry::ldap {

/// One entry as the server gave it. Attribute names are in lower case, as sent, options included.
struct Entry {
    std::string dn;
    std::map<std::string, std::vector<std::string>> attributes;

    /// The values of an attribute, whatever its case; empty when it has none.
    const std::vector<std::string>& all(std::string_view name) const;
    /// The first value, or an empty text.
    const std::string& first(std::string_view name) const;
    bool isTrue(std::string_view name) const { return first(name) == "TRUE"; }
};

struct Search {
    std::string base;
    int scope = LDAP_SCOPE_SUBTREE;
    std::string filter = "(objectClass=*)";
    std::vector<std::string> attributes = {};
    int sizeLimit = 0;        ///< 0: the server's
    int pageSize = 0;         ///< 0: without the paged results control
    std::string cookie = {};  ///< of the page before
};

struct Found {
    std::vector<Entry> entries = {};
    std::string cookie = {};    ///< empty: that was the last page
    std::size_t referrals = 0;  ///< continuation references that were not followed
};

/// One change of one attribute.
struct Change {
    enum class How : std::uint8_t { kAdd = 1, kDelete, kReplace };
    How how;
    std::string attribute;
    std::vector<std::string>
        values;  ///< kReplace with none removes it, and is no error when absent
};

/// How a change is sent.
struct WriteOptions {
    /// Do it only while the entry is still at this entryCSN (assertion control, RFC 4528).
    std::string onlyAtCsn = {};
    /// Let the server check everything and then not do it (OpenLDAP's no-op control). The answer
    /// of a change that would have worked is no failure.
    bool rehearse = false;
};

/// A bound connection.
///
/// Owner: the pool, or the enumeration whose paged search lives on it: OpenLDAP ties the cookie to
/// the connection and keeps one paged search on each.
/// Threads: one at a time.
/// Errors: Failure; tny::Error kConfig from connect when the TLS set-up cannot work.
/// Waits: never longer than the call's deadline or the configured timeout, whichever is first, and
/// about a tenth of a second after the call is cancelled.
class Session {
  public:
    /// Connects, encrypts, binds. Throws tny::Error, translated already.
    static std::unique_ptr<Session> connect(const Settings& settings, const std::string& password,
                                            tny::Call& call);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Only a search whose result is success returns; any other result throws.
    Found search(tny::Call& call, const Search& what);
    /// The one entry at `dn`, nothing when it does not exist or may not be seen.
    std::optional<Entry> read(tny::Call& call, const std::string& dn,
                              const std::vector<std::string>& attributes,
                              const std::string& filter = "(objectClass=*)");

    void modify(tny::Call& call, const std::string& dn, const std::vector<Change>& changes,
                const WriteOptions& options);
    /// Gives the entry another parent (and keeps its name): a modify DN with newSuperior.
    void move(tny::Call& call, const std::string& dn, const std::string& parent,
              const WriteOptions& options);
    void remove(tny::Call& call, const std::string& dn, const WriteOptions& options);
    /// Password Modify (RFC 3062): the server hashes it.
    void setPassword(tny::Call& call, const std::string& dn, const std::string& password);

    /// A failure has shown that it cannot be used again.
    bool broken() const { return broken_; }

  private:
    struct Unbind {
        void operator()(LDAP* ld) const { ldap_unbind_ext(ld, nullptr, nullptr); }
    };
    struct FreeMessage {
        void operator()(LDAPMessage* m) const { ldap_msgfree(m); }
    };
    using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

    explicit Session(const Settings& settings) : settings_(settings) {}
    void open(tny::Call& call);
    void setOptions();
    void startTls(tny::Call& call);
    void bind(tny::Call& call, const std::string& password);
    std::int64_t millisecondsLeft(tny::Call& call) const;
    std::int64_t connectTime(tny::Call& call) const;

    /// Waits for the whole answer of an operation. `write`: not knowing its end is said so.
    Message wait(tny::Call& call, int messageId, bool write);
    /// Waits, and throws unless the result is success (or the rehearsal's "would have worked").
    void finish(tny::Call& call, int messageId, const WriteOptions& options);
    void sent(int result) {
        if (result != LDAP_SUCCESS) fail(result);
    }
    [[noreturn]] void fail(int code);
    std::string diagnostic() const;

    const Settings settings_;
    std::unique_ptr<LDAP, Unbind> ld_;
    int socket_ = -1;  ///< libldap's
    bool broken_ = false;
};

}  // namespace tenantry::ldap
