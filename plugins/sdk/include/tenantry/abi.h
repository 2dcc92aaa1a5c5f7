/* tenantry/abi.h - Tenant Connector ABI, major version 1.  C99, depends on <stdint.h>/<stddef.h>
 * only.
 *
 * This header is the whole contract between the Tenantry kernel (the "host") and a connector (the
 * "plugin", a shared library).  C++ authors want <tenantry/plugin.hpp>, which is built on it.
 *
 * THE RULES (they are the whole contract; everything else is detail)
 *  R1  Only C types cross.  No C++ types, no exceptions, no errno, no FILE*, no callbacks kept.
 *  R2  Every pointer is BORROWED for the duration of the call that carries it.  The receiver
 * copies. Nobody ever frees memory the other side allocated; there is no free function in this ABI.
 *  R3  A plugin hands data out only by calling a host function (emit, fail, ...). It never returns
 *      buffers.
 *  R4  Strings are UTF-8 (ptr,len), not NUL-terminated.  len==0 => ptr may be NULL.
 *  R5  Every struct starts with `size`.  Fields are only ever appended.  A reader must treat
 *      a field that lies beyond `size` as absent (TNY_HAS).  A zero field means "default".
 *  R6  Optional features are separate interfaces, fetched by id "name/rev".  A changed meaning gets
 *      a new rev.
 *  R7  Calls are synchronous and run on host threads.  call/emit handles die when the call returns.
 *  R8  Every call is bounded: it must return soon after cancel, deadline or budget.
 *  R9  Nothing here needs a shared address space: the host may run the plugin in another process.
 *
 * COMPATIBILITY
 *  A released field is never moved, resized, renamed in meaning or set to NULL.  Enumerators may be
 *  added only in the direction plugin -> host, where an unknown status is read as TNY_E_INTERNAL
 * and a record with an unknown op is refused and counted.  `abi_minor` is for diagnosis, never a
 * gate: what a plugin cannot do without stands in its descriptor under abi.requires.
 *
 * THREADS
 *  The host calls one instance from at most concurrency.per_instance threads at once (descriptor,
 *  default 1) and any number of instances in parallel unless concurrency.process is 1.  Within a
 *  call, emit, checkpoint, reply, fail, secret, secret_put and throttle are used on the call's own
 *  thread only; cancelled, cancel_fd, deadline_ms, log and metric from any thread while the call
 *  lives.  A plugin may start threads, and joins them before its close returns.
 *
 * A PLUGIN NEVER
 *  installs signal handlers; calls setlocale, chdir, setenv, umask, fork or exit; writes to stdout;
 *  keeps a pointer it was given; throws or longjmps across this boundary.
 */
#ifndef TNY_ABI_H
#define TNY_ABI_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define TNY_ABI_MAJOR 1u /* part of the entry symbol's name                    */
#define TNY_ABI_MINOR 0u /* bumps whenever a field or an interface is appended */

/* True when `p` is not NULL and the struct it points to is long enough to hold field `f`.  This is
 * the only right way to read a field that was appended after 1.0. */
#define TNY_HAS(p, f) ((p) && (p)->size >= offsetof(__typeof__(*(p)), f) + sizeof((p)->f))

/* Bytes, UTF-8 unless said otherwise.  Not NUL-terminated.  `ptr` may be NULL when `len` is 0. */
typedef struct tny_str {
    const char* ptr;
    size_t len;
} tny_str;

/* Owned by the host, one for each call in flight.  Opaque: only ever handed back to tny_host. */
typedef struct tny_call tny_call;

/* Owned by the plugin, one for each configured connection.  Opaque to the host.  Cheap: one worker
 * may hold hundreds. */
typedef struct tny_instance tny_instance;

/* ---- status -------------------------------------------------------------------------------------
 * A closed set, chosen by what the HOST must do next and not by what went wrong inside. */
typedef int32_t tny_status;
enum {
    TNY_OK = 0,
    TNY_MORE = 1,    /* list: segment over, call again with the last checkpoint.  TNY_OK from list
                        means COMPLETE; only then may absence be read as deletion.               */
    TNY_PENDING = 2, /* perform: accepted, finishes later; reply("operation_id", ...) came before */

    /* Do not retry; tell the operator. */
    TNY_E_CONFIG = 10,      /* the configuration is wrong; `pointer` names the field             */
    TNY_E_AUTH = 11,        /* the backend refused the connection's own credentials              */
    TNY_E_PERMISSION = 12,  /* they are right, but may not do this                               */
    TNY_E_UNSUPPORTED = 13, /* this connector, or this backend, has no such thing                */
    TNY_E_ARGUMENT = 14,    /* the request is malformed; `pointer` names the argument            */
    TNY_E_NOT_FOUND = 15,
    TNY_E_EXISTS = 16,
    TNY_E_CONFLICT = 17, /* the record is no longer what expect_etag says                         */
    TNY_E_POLICY = 18,   /* the backend's own rule said no (password policy, last admin ...)      */

    /* Retry later with the same arguments: the plugin promises that nothing happened. */
    TNY_E_RATE_LIMITED = 30, /* after retry_after_ms; pauses the bucket, not the plugin          */
    TNY_E_UNAVAILABLE = 31,
    TNY_E_TIMEOUT = 32,

    /* Restart from a different point. */
    TNY_E_CURSOR_EXPIRED = 40,  /* drop the cursor, enumerate fully                              */
    TNY_E_OUTCOME_UNKNOWN = 41, /* a write may or may not have happened: re-read before retrying */

    /* The call itself. */
    TNY_E_CANCELLED = 50, /* it stopped because it was told to                                   */
    TNY_E_DATA = 51,      /* the backend's answer as a whole cannot be used                      */
    TNY_E_INTERNAL = 52   /* a fault of the plugin                                               */
    /* 900..999 are the host's own (crashed, killed, quarantined); a plugin never returns them. */
};

/* The reason for a status >= 10, given to tny_host.fail before the function returns. */
typedef struct tny_error {
    uint32_t size;
    tny_status code;
    int64_t retry_after_ms; /* -1 unknown                                                        */
    int32_t backend_status; /* HTTP status, LDAP result code, SQLSTATE class ...; 0 none         */
    uint32_t flags;         /* 0                                                                 */
    tny_str message;        /* a sentence for an operator; no secrets, no personal data          */
    tny_str detail;         /* for a developer; no secrets                                       */
    tny_str pointer;        /* RFC 6901 pointer into config or args, when one field is to blame  */
    tny_str backend_code;   /* verbatim: "E0000047", "data 775", "40001"                         */
} tny_error;

/* ---- records ------------------------------------------------------------------------------------
 * A typed envelope the host can act on without parsing, and a JSON body. */
enum { TNY_OP_UPSERT = 0, TNY_OP_DELETE = 1, TNY_OP_UNCHANGED = 2 };
enum { TNY_RECORD_PARTIAL = 1 };
typedef struct tny_record {
    uint32_t size;
    uint8_t op;          /* TNY_OP_*                                                             */
    uint8_t encoding;    /* 0 JSON; 1 CBOR if the host said it takes it                          */
    uint16_t flags;      /* TNY_RECORD_PARTIAL = only the attributes asked for                   */
    int64_t modified_ms; /* the backend's modification time, Unix milliseconds, 0 unknown        */
    tny_str kind;        /* "user", "group", "device", "app", "event", "x.vendor.thing"          */
    tny_str id;          /* immutable backend id; never empty                                    */
    tny_str etag;        /* equal etag => host may skip the body; empty = none                   */
    tny_str body;        /* an object in the kind's declared attribute schema                    */
} tny_record;

/* ---- host -> plugin: what a plugin may use ------------------------------------------------------
 * Static for the life of the process.  Every function wants the tny_call it was given; NULL is
 * accepted only by log and metric, for what belongs to no call. */
enum { TNY_FLOW_MORE = 0, TNY_FLOW_STOP = 1 };
enum { TNY_LOG_DEBUG = 1, TNY_LOG_INFO = 2, TNY_LOG_WARN = 3, TNY_LOG_ERROR = 4 };
typedef struct tny_host {
    uint32_t size;
    uint32_t abi_minor;

    /* --- control of the running call --- */

    /* Non-zero once the host wants the call to end.  Cheap; ask often.  Any thread. */
    int32_t (*cancelled)(tny_call*);
    /* A descriptor that becomes readable at cancel, to be put beside your own in poll().  Owned by
     * the host: never read, write or close it.  -1 when there is none: poll cancelled() instead. */
    int32_t (*cancel_fd)(tny_call*);
    /* Milliseconds left before the host cancels; <= 0 when it is past. */
    int64_t (*deadline_ms)(tny_call*);
    /* Says why.  Returns error->code, so that a function can end with: return host->fail(call, &e).
     * The last one before the return counts. */
    tny_status (*fail)(tny_call*, const tny_error*);

    /* --- output of the running call --- */

    /* Hands out `n` records that lie `stride` bytes apart.  May block while the host is busy.
     * TNY_FLOW_STOP: hand out nothing more and return TNY_MORE.  The stride lets a plugin built
     * against a longer or shorter tny_record pass an array of its own. */
    int32_t (*emit)(tny_call*, const tny_record* first, size_t n, size_t stride);
    /* Everything emitted so far is covered: a later list with this cursor continues after it.
     * `cursor` is opaque to the host, at most 64 KiB, and must outlive this process and machine
     * (unless the descriptor says "cursor":"connection"). */
    int32_t (*checkpoint)(tny_call*, tny_str cursor);
    /* A named result document: "diagnostics", "schema", "actions", "attributes", "delta_cursor",
     * "operation_id", "retry_after_ms" (with TNY_PENDING), "secret".  The last of a key counts. */
    int32_t (*reply)(tny_call*, tny_str key, tny_str json);

    /* --- services --- */

    /* `event` is a short constant name, `fields_json` an object or empty.  Rate-limited and
     * redacted by the host; still: no secrets, no personal data beyond ids. */
    void (*log)(tny_call*, int32_t level, tny_str event, tny_str fields_json);
    /* Adds `value` to the counter `name`.  `labels_json` is an object of few, short values. */
    void (*metric)(tny_call*, tny_str name, double value, tny_str labels_json);
    /* Calls `got` once, before it returns, with the bytes behind a {"$secret":"ref"} of the
     * configuration.  They are wiped when `got` returns.  `got` is not called on failure. */
    tny_status (*secret)(tny_call*, tny_str ref, void (*got)(void* u, tny_str value), void* u);
    /* Replaces a secret the backend has rotated (a refresh token).  Durable when TNY_OK. */
    tny_status (*secret_put)(tny_call*, tny_str ref, tny_str value);
    /* Waits for `cost` turns of a bucket declared in the descriptor's "limits"; one limiter serves
     * every worker of the connection.  TNY_E_CANCELLED or TNY_E_TIMEOUT when the call ends first,
     * TNY_E_ARGUMENT for a bucket that is not declared. */
    tny_status (*throttle)(tny_call*, tny_str bucket, uint32_t cost);
    /* A host interface by id ("tny.http/1", "tny.kv/1"), static; NULL when this host has none. */
    const void* (*get_interface)(tny_str id);
} tny_host;

/* ---- plugin -> host -----------------------------------------------------------------------------
 * Static for the life of the process. */
typedef struct tny_plugin {
    uint32_t size;
    uint32_t abi_minor; /* what it was built against                                              */
    tny_str descriptor; /* static JSON, the very bytes of the ELF section .tny.manifest           */

    /* Makes an instance of a connection.  `config_json` has passed the descriptor's schema; its
     * secrets are {"$secret":"ref"}.  Must not fail because the backend is away: that is check's to
     * say.  *out is read only when TNY_OK is returned. */
    tny_status (*open)(tny_call*, tny_str tenant, tny_str config_json, tny_instance** out);
    /* Ends an instance.  Never called while a call runs on it, never twice.  Cannot fail. */
    void (*close)(tny_instance*);
    /* A live test with the real credentials; reply("diagnostics", [...]) tells what was seen. */
    tny_status (*check)(tny_instance*, tny_call*);
    /* "tny.read/1", "tny.act/1", ... below; NULL when not offered. */
    const void* (*get_interface)(tny_str id);
} tny_plugin;

/* "tny.read/1" */
enum { TNY_MODE_FULL = 0, TNY_MODE_DELTA = 1 };
typedef struct tny_read_req {
    uint32_t size;
    uint32_t mode; /* TNY_MODE_*                                                              */
    tny_str kind;
    tny_str parent_kind, parent_id; /* "devices of user 42"; empty = all                      */
    tny_str cursor;                 /* opaque, durable; empty = start                         */
    tny_str filter_json;            /* only operators the descriptor declares                 */
    tny_str attributes;             /* comma separated; empty = returned-by-default           */
    uint32_t budget_records;        /* return at the next page boundary after this many       */
    uint32_t budget_ms;             /* ... or after this long                                 */
} tny_read_req;
typedef struct tny_read {
    uint32_t size;
    /* One bounded segment of an enumeration.  At least once: a record may come twice. */
    tny_status (*list)(tny_instance*, tny_call*, const tny_read_req*);
    /* Emits the one record, or TNY_E_NOT_FOUND. */
    tny_status (*get)(tny_instance*, tny_call*, tny_str kind, tny_str id);
    /* What this instance has beyond the descriptor: reply("schema"), reply("attributes"), and
     * reply("actions") for what it can do of the declared actions.  NULL = as the descriptor. */
    tny_status (*schema)(tny_instance*, tny_call*);
} tny_read;

/* "tny.act/1" */
enum { TNY_ACT_DRY_RUN = 1 };
typedef struct tny_act_req {
    uint32_t size;
    uint32_t flags; /* TNY_ACT_DRY_RUN = change nothing, say what would happen                 */
    tny_str action; /* "user.suspend", "x.vendor.verb"                                         */
    tny_str kind, id;
    tny_str args_json;       /* already validated against the declared JSON Schema              */
    tny_str idempotency_key; /* same key => same effect, at most once                           */
    tny_str expect_etag;     /* empty = do not care; else TNY_E_CONFLICT when it moved          */
    tny_str actor_json;      /* who asked, why: for the backend's audit trail                   */
} tny_act_req;
typedef struct tny_act {
    uint32_t size;
    /* Success emits the new state of every record it changed. */
    tny_status (*perform)(tny_instance*, tny_call*, const tny_act_req*);
    /* After TNY_PENDING; maybe in another process than the perform.  NULL = nothing is pending. */
    tny_status (*poll)(tny_instance*, tny_call*, tny_str operation_id);
} tny_act;

/* "tny.watch/1": the one unbounded call (LDAP persistent search, webhook relay, long poll).
 * No deadline; must return promptly on cancel; emits and checkpoints as list does.             */
typedef struct tny_watch {
    uint32_t size;
    tny_status (*watch)(tny_instance*, tny_call*, const tny_read_req*);
} tny_watch;

/* "tny.admin/1": config upgrade and discovery ("which base DNs are there?") */
typedef struct tny_admin {
    uint32_t size;
    tny_status (*migrate)(tny_call*, uint32_t from_version, tny_str config_json);
    tny_status (*suggest)(tny_call*, tny_str partial_config_json, tny_str pointer);
} tny_admin;

/* ---- host interfaces ----------------------------------------------------------------------------
 * Fetched once with tny_host.get_interface; static for the life of the process.  A plugin that
 * cannot work without one names it in its descriptor under abi.requires.  All are used on the
 * call's own thread. */

/* "tny.http/1": the host's own client (proxy, TLS policy, egress list, pool, record and replay).
 *
 * WHERE TO.  Only hosts that the connection's own configuration names (its values that are http or
 * https URLs) or that the descriptor lists under isolation.hosts ("api.acme.com", "*.acme.com"),
 * and only when isolation.egress says "host-http".  Link-local, cloud-metadata, multicast and
 * unspecified addresses are refused always, loopback and private ones as the operator says; what
 * counts is the address the name resolves to.  Refused = TNY_E_CONFIG.
 *
 * SECRETS.  auth_ref adds "Authorization: Bearer <secret>".  Any other form is written as a header
 * of the request with a placeholder that the host replaces:
 *     X-Api-Key: {{secret:REF}}                   the secret as it is
 *     Authorization: Basic {{basic:REF:USER}}     base64 of USER:secret
 * The plugin never sees the secret; where the answer holds it, it sees "[secret]".  To another host
 * (a redirect) the headers with secrets, Authorization and Cookie are not sent.
 *
 * REDIRECTS.  At most 5 are followed for GET and HEAD, each checked like the first request; others
 * are handed out as they are (TNY_HTTP_NO_REDIRECT: all of them).
 *
 * RETRIES.  Only where no connection came about.  Whatever was sent once is not sent again.
 *
 * RATE.  `bucket` names a bucket of the descriptor's limits: one turn is taken before sending.
 * An answer 429, or 503 with Retry-After, pauses that bucket (none named: all of the connection)
 * for as long as the answer says.  The host reads Retry-After and the rate headers of the known
 * styles once, and adds to the head, where the answer had any of it:
 *     tny-retry-after-ms: N     when to come again
 *     tny-rate-remaining: N     requests left in the window
 *     tny-rate-reset-ms: N      until the window begins anew
 *
 * BOUNDS.  Head 64 KiB, request body 2 MiB, answer body 64 MiB (in pieces, as they come). */
enum { TNY_HTTP_NO_REDIRECT = 1 };
typedef struct tny_http_req {
    uint32_t size;
    uint32_t flags;                     /* TNY_HTTP_*                                            */
    tny_str method, url, headers, body; /* headers: "Name: value\n" lines                        */
    tny_str auth_ref;                   /* secret added by the host; plugin never sees it        */
    tny_str bucket;                     /* of the descriptor's limits; empty = none              */
} tny_http_req;
/* Takes the answer.  Each is called before send returns; within them only cancelled, deadline_ms,
 * emit, checkpoint, log and metric may be called.  A NULL function is skipped. */
typedef struct tny_http_sink {
    uint32_t size;
    uint32_t flags; /* 0 */
    void* u;
    /* Once: the status and the headers ("name: value\n" lines, names in lower case).
     * TNY_FLOW_STOP: the rest is not wanted; send returns TNY_OK. */
    int32_t (*head)(void* u, int32_t status, tny_str headers);
    /* A piece of the body, decoded. */
    int32_t (*data)(void* u, tny_str chunk);
    /* Once, when send returns anything but TNY_OK: why, in the words for an operator. */
    void (*failed)(void* u, const tny_error* why);
} tny_http_sink;
typedef struct tny_http {
    uint32_t size;
    /* TNY_OK: an answer came whole, whatever its status.  Else
     *   TNY_E_ARGUMENT         the request is malformed, or names a bucket that is not declared
     *   TNY_E_CONFIG           the destination is refused, a secret is not there, TLS trusts it not
     *   TNY_E_RATE_LIMITED     the bucket is paused for longer than the call has; nothing was sent
     *   TNY_E_UNAVAILABLE, TNY_E_TIMEOUT, TNY_E_CANCELLED   nothing was sent; or GET, HEAD, OPTIONS
     *   TNY_E_OUTCOME_UNKNOWN  any other method was sent, and no whole answer came
     *   TNY_E_DATA             the answer is beyond its bounds, or no HTTP (GET, HEAD, OPTIONS)
     *   TNY_E_UNSUPPORTED      isolation.egress does not say "host-http" */
    tny_status (*send)(tny_call*, const tny_http_req*, const tny_http_sink*);
} tny_http;

/* "tny.kv/1": a small durable memory of this connection (schema caches, watermarks): 1 MiB of keys
 * and values together.  A key has 1 to 256 bytes; no secrets.  Gone with the connection. */
typedef struct tny_kv {
    uint32_t size;
    /* Calls `got` once, before it returns; TNY_E_NOT_FOUND without calling it. */
    tny_status (*get)(tny_call*, tny_str key, void (*got)(void* u, tny_str value), void* u);
    /* Durable when TNY_OK.  TNY_E_POLICY when it would go beyond the 1 MiB: nothing changed. */
    tny_status (*put)(tny_call*, tny_str key, tny_str value);
    /* TNY_OK also when there was none. */
    tny_status (*remove)(tny_call*, tny_str key);
} tny_kv;

/* "tny.clock/1": the host's time, which a test can set.  Unix milliseconds. */
typedef struct tny_clock {
    uint32_t size;
    int64_t (*now_ms)(tny_call*);
} tny_clock;

/* The one exported symbol.  `host` outlives the plugin.  NULL = refused (the plugin logs why
 * through host->log with a NULL call).  Called once, before any other function. */
typedef const tny_plugin* (*tny_entry_v1_fn)(const tny_host* host);
#define TNY_EXPORT __attribute__((visibility("default")))
TNY_EXPORT const tny_plugin* tny_entry_v1(const tny_host* host);

/* The manifest: readable with an ELF reader, so nothing of the plugin runs before it is trusted.
 * tenantry_connector() in CMake writes it from descriptor.json; this is for other build systems. */
#define TNY_MANIFEST(json) \
    __attribute__((used, section(".tny.manifest"))) static const char tny_manifest_[] = json

#ifdef __cplusplus
}
#endif
#endif
