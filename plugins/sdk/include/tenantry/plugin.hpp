// The C++ face of the connector ABI: derive from tny::Connector, end with TNY_PLUGIN.
// Header-only, C++17, needs nothing else. The guide is plugins/sdk/README.md.
#pragma once
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <tenantry/abi.h>
#include <tenantry/call.hpp>
#include <tenantry/capabilities.hpp>
#include <tenantry/config.hpp>
#include <tenantry/error.hpp>
#include <tenantry/http.hpp>
#include <tenantry/json.hpp>
#include <tenantry/kv.hpp>
#include <tenantry/paginate.hpp>
#include <tenantry/record.hpp>
#include <tenantry/request.hpp>

// Written by tenantry_connector() in CMake from descriptor.json; also the ELF section
// .tny.manifest.
extern "C" {
extern const char tny_manifest_data[];
extern const std::size_t tny_manifest_size;
}
#define TNY_DESCRIPTOR (std::string_view(tny_manifest_data, tny_manifest_size))

namespace tny {

/// One configured connection. A connector derives from it and has the constructor
///
///     My(tny::Call& call, std::string_view tenant, std::string_view configJson)
///
/// which reads the configuration and does not talk to the backend. Every function reports trouble
/// by throwing a tny::Error; any other exception reaches the host as an internal fault.
///
/// Lifetime: from the host's open to its close. Threads: calls come one at a time, unless the
/// descriptor's concurrency.per_instance is above 1.
class Connector {
  public:
    Connector() = default;
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;
    virtual ~Connector() = default;

    /// Is the backend there, and do the credentials allow what is needed? Live.
    virtual void check(Call& call) = 0;

    /// One bounded segment. Returns TNY_OK only when the enumeration is complete: the host takes
    /// what it did not see for deleted. TNY_MORE otherwise. tny::paginate does this for you.
    virtual tny_status list(Call& call, const Read& read) = 0;

    /// Emits the record, or throws tny::notFound.
    virtual void get(Call& call, std::string_view kind, std::string_view id) = 0;

    /// What this instance has beyond the descriptor, or cannot do of it: reply("attributes", ...),
    /// reply("actions", ...). Nothing said = as the descriptor.
    virtual void schema(Call&) {}

    /// Does it, emits the new state of each changed record, returns TNY_OK; or TNY_PENDING after
    /// reply("operation_id", ...).
    virtual tny_status perform(Call&, const Act& act) {
        throw unsupported("This connector has no action \"" + std::string(act.action) + "\".");
    }
    virtual tny_status poll(Call&, std::string_view) {
        throw unsupported("This connector has no pending operations.");
    }
};

namespace detail {

inline tny_status report(const tny_host* host, tny_call* call, const Error& error) noexcept {
    const tny_error raw = error.raw();
    host->fail(call, &raw);
    return error.code();
}

/// The one seam: runs `body`, and turns whatever leaves it into fail() and a status.
template <class Body>
tny_status guarded(const tny_host* host, tny_call* call, Body&& body) noexcept {
    tny_error raw{};
    raw.size = sizeof raw;
    raw.code = TNY_E_INTERNAL;
    raw.retry_after_ms = -1;
    try {
        Call c(host, call);
        return body(c);
    } catch (const Error& e) {
        return report(host, call, e);
    } catch (const std::bad_alloc&) {
        raw.message = str("The connector ran out of memory.");
        host->fail(call, &raw);
    } catch (const std::exception& e) {
        raw.message = str("The connector met an error it does not handle.");
        raw.detail = str(e.what());
        host->fail(call, &raw);
    } catch (...) {
        raw.message = str("The connector threw something that is no exception.");
        host->fail(call, &raw);
    }
    return TNY_E_INTERNAL;
}

}  // namespace detail

/// The C tables of connector class `C`.
template <class C>
class Plugin {
  public:
    static const tny_plugin* enter(const tny_host* host, std::string_view descriptor) noexcept {
        static tny_plugin table{};
        host_ = host;
        table.size = sizeof table;
        table.abi_minor = TNY_ABI_MINOR;
        table.descriptor = str(descriptor);
        table.open = open;
        table.close = close;
        table.check = check;
        table.get_interface = interfaceOf;
        return &table;
    }

  private:
    static Connector& at(tny_instance* i) noexcept { return *reinterpret_cast<Connector*>(i); }

    static tny_status open(tny_call* call, tny_str tenant, tny_str config, tny_instance** out) {
        return detail::guarded(host_, call, [&](Call& c) {
            std::unique_ptr<Connector> made(new C(c, view(tenant), view(config)));
            *out = reinterpret_cast<tny_instance*>(made.release());
            return TNY_OK;
        });
    }
    static void close(tny_instance* i) { delete reinterpret_cast<Connector*>(i); }
    static tny_status check(tny_instance* i, tny_call* call) {
        return detail::guarded(host_, call, [&](Call& c) { return at(i).check(c), TNY_OK; });
    }
    static tny_status list(tny_instance* i, tny_call* call, const tny_read_req* req) {
        return detail::guarded(host_, call, [&](Call& c) { return at(i).list(c, Read(req)); });
    }
    static tny_status get(tny_instance* i, tny_call* call, tny_str kind, tny_str id) {
        return detail::guarded(host_, call,
                               [&](Call& c) { return at(i).get(c, view(kind), view(id)), TNY_OK; });
    }
    static tny_status schema(tny_instance* i, tny_call* call) {
        return detail::guarded(host_, call, [&](Call& c) { return at(i).schema(c), TNY_OK; });
    }
    static tny_status perform(tny_instance* i, tny_call* call, const tny_act_req* req) {
        return detail::guarded(host_, call, [&](Call& c) { return at(i).perform(c, Act(req)); });
    }
    static tny_status poll(tny_instance* i, tny_call* call, tny_str operation) {
        return detail::guarded(host_, call,
                               [&](Call& c) { return at(i).poll(c, view(operation)); });
    }
    static const void* interfaceOf(tny_str id) {
        static const tny_read read{sizeof(tny_read), list, get, schema};
        static const tny_act act{sizeof(tny_act), perform, poll};
        if (view(id) == "tny.read/1") return &read;
        if (view(id) == "tny.act/1") return &act;
        return nullptr;
    }

    static inline const tny_host* host_ = nullptr;
};

}  // namespace tny

/// Exports the one symbol. `Class` derives from tny::Connector; `descriptor` is TNY_DESCRIPTOR.
#define TNY_PLUGIN(Class, descriptor)                                            \
    extern "C" TNY_EXPORT const tny_plugin* tny_entry_v1(const tny_host* host) { \
        return ::tny::Plugin<Class>::enter(host, (descriptor));                  \
    }                                                                            \
    static_assert(true, "")
