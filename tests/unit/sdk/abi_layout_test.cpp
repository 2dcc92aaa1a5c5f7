// The binary layout of abi.h on x86-64, written down once. A line here never changes after a
// release; lines are only added, because structs only grow at their end.
#include <gtest/gtest.h>

#include <tenantry/abi.h>
#include <sstream>

namespace {

#if defined(__x86_64__)

#define SIZE(T) out << #T " size " << sizeof(T) << '\n'
#define AT(T, f) out << #T "." #f " at " << offsetof(T, f) << '\n'

std::string layout() {
    std::ostringstream out;
    SIZE(tny_str), AT(tny_str, ptr), AT(tny_str, len);
    SIZE(tny_status);
    SIZE(tny_error), AT(tny_error, size), AT(tny_error, code), AT(tny_error, retry_after_ms);
    AT(tny_error, backend_status), AT(tny_error, flags), AT(tny_error, message);
    AT(tny_error, detail), AT(tny_error, pointer), AT(tny_error, backend_code);
    SIZE(tny_record), AT(tny_record, size), AT(tny_record, op), AT(tny_record, encoding);
    AT(tny_record, flags), AT(tny_record, modified_ms), AT(tny_record, kind), AT(tny_record, id);
    AT(tny_record, etag), AT(tny_record, body);
    SIZE(tny_host), AT(tny_host, size), AT(tny_host, abi_minor), AT(tny_host, cancelled);
    AT(tny_host, cancel_fd), AT(tny_host, deadline_ms), AT(tny_host, fail), AT(tny_host, emit);
    AT(tny_host, checkpoint), AT(tny_host, reply), AT(tny_host, log), AT(tny_host, metric);
    AT(tny_host, secret), AT(tny_host, secret_put), AT(tny_host, throttle);
    AT(tny_host, get_interface);
    SIZE(tny_plugin), AT(tny_plugin, size), AT(tny_plugin, abi_minor), AT(tny_plugin, descriptor);
    AT(tny_plugin, open), AT(tny_plugin, close), AT(tny_plugin, check);
    AT(tny_plugin, get_interface);
    SIZE(tny_read_req), AT(tny_read_req, size), AT(tny_read_req, mode), AT(tny_read_req, kind);
    AT(tny_read_req, parent_kind), AT(tny_read_req, parent_id), AT(tny_read_req, cursor);
    AT(tny_read_req, filter_json), AT(tny_read_req, attributes), AT(tny_read_req, budget_records);
    AT(tny_read_req, budget_ms);
    SIZE(tny_read), AT(tny_read, size), AT(tny_read, list), AT(tny_read, get), AT(tny_read, schema);
    SIZE(tny_act_req), AT(tny_act_req, size), AT(tny_act_req, flags), AT(tny_act_req, action);
    AT(tny_act_req, kind), AT(tny_act_req, id), AT(tny_act_req, args_json);
    AT(tny_act_req, idempotency_key), AT(tny_act_req, expect_etag), AT(tny_act_req, actor_json);
    SIZE(tny_act), AT(tny_act, size), AT(tny_act, perform), AT(tny_act, poll);
    SIZE(tny_watch), AT(tny_watch, size), AT(tny_watch, watch);
    SIZE(tny_admin), AT(tny_admin, size), AT(tny_admin, migrate), AT(tny_admin, suggest);
    SIZE(tny_http_req), AT(tny_http_req, size), AT(tny_http_req, flags), AT(tny_http_req, method);
    AT(tny_http_req, url), AT(tny_http_req, headers), AT(tny_http_req, body);
    AT(tny_http_req, auth_ref), AT(tny_http_req, bucket);
    SIZE(tny_http_sink), AT(tny_http_sink, size), AT(tny_http_sink, flags), AT(tny_http_sink, u);
    AT(tny_http_sink, head), AT(tny_http_sink, data), AT(tny_http_sink, failed);
    SIZE(tny_http), AT(tny_http, size), AT(tny_http, send);
    SIZE(tny_kv), AT(tny_kv, size), AT(tny_kv, get), AT(tny_kv, put), AT(tny_kv, remove);
    SIZE(tny_clock), AT(tny_clock, size), AT(tny_clock, now_ms);
    return out.str();
}

constexpr const char* kGolden = R"(tny_str size 16
tny_str.ptr at 0
tny_str.len at 8
tny_status size 4
tny_error size 88
tny_error.size at 0
tny_error.code at 4
tny_error.retry_after_ms at 8
tny_error.backend_status at 16
tny_error.flags at 20
tny_error.message at 24
tny_error.detail at 40
tny_error.pointer at 56
tny_error.backend_code at 72
tny_record size 80
tny_record.size at 0
tny_record.op at 4
tny_record.encoding at 5
tny_record.flags at 6
tny_record.modified_ms at 8
tny_record.kind at 16
tny_record.id at 32
tny_record.etag at 48
tny_record.body at 64
tny_host size 112
tny_host.size at 0
tny_host.abi_minor at 4
tny_host.cancelled at 8
tny_host.cancel_fd at 16
tny_host.deadline_ms at 24
tny_host.fail at 32
tny_host.emit at 40
tny_host.checkpoint at 48
tny_host.reply at 56
tny_host.log at 64
tny_host.metric at 72
tny_host.secret at 80
tny_host.secret_put at 88
tny_host.throttle at 96
tny_host.get_interface at 104
tny_plugin size 56
tny_plugin.size at 0
tny_plugin.abi_minor at 4
tny_plugin.descriptor at 8
tny_plugin.open at 24
tny_plugin.close at 32
tny_plugin.check at 40
tny_plugin.get_interface at 48
tny_read_req size 112
tny_read_req.size at 0
tny_read_req.mode at 4
tny_read_req.kind at 8
tny_read_req.parent_kind at 24
tny_read_req.parent_id at 40
tny_read_req.cursor at 56
tny_read_req.filter_json at 72
tny_read_req.attributes at 88
tny_read_req.budget_records at 104
tny_read_req.budget_ms at 108
tny_read size 32
tny_read.size at 0
tny_read.list at 8
tny_read.get at 16
tny_read.schema at 24
tny_act_req size 120
tny_act_req.size at 0
tny_act_req.flags at 4
tny_act_req.action at 8
tny_act_req.kind at 24
tny_act_req.id at 40
tny_act_req.args_json at 56
tny_act_req.idempotency_key at 72
tny_act_req.expect_etag at 88
tny_act_req.actor_json at 104
tny_act size 24
tny_act.size at 0
tny_act.perform at 8
tny_act.poll at 16
tny_watch size 16
tny_watch.size at 0
tny_watch.watch at 8
tny_admin size 24
tny_admin.size at 0
tny_admin.migrate at 8
tny_admin.suggest at 16
tny_http_req size 104
tny_http_req.size at 0
tny_http_req.flags at 4
tny_http_req.method at 8
tny_http_req.url at 24
tny_http_req.headers at 40
tny_http_req.body at 56
tny_http_req.auth_ref at 72
tny_http_req.bucket at 88
tny_http_sink size 40
tny_http_sink.size at 0
tny_http_sink.flags at 4
tny_http_sink.u at 8
tny_http_sink.head at 16
tny_http_sink.data at 24
tny_http_sink.failed at 32
tny_http size 16
tny_http.size at 0
tny_http.send at 8
tny_kv size 32
tny_kv.size at 0
tny_kv.get at 8
tny_kv.put at 16
tny_kv.remove at 24
tny_clock size 16
tny_clock.size at 0
tny_clock.now_ms at 8
)";

TEST(AbiLayout, IsWhatWasReleased) {
    EXPECT_EQ(layout(), kGolden);
}

#endif

TEST(AbiStatus, NumbersAreWhatWasReleased) {
    EXPECT_EQ(TNY_MORE, 1);
    EXPECT_EQ(TNY_PENDING, 2);
    EXPECT_EQ(TNY_E_CONFIG, 10);
    EXPECT_EQ(TNY_E_AUTH, 11);
    EXPECT_EQ(TNY_E_PERMISSION, 12);
    EXPECT_EQ(TNY_E_UNSUPPORTED, 13);
    EXPECT_EQ(TNY_E_ARGUMENT, 14);
    EXPECT_EQ(TNY_E_NOT_FOUND, 15);
    EXPECT_EQ(TNY_E_EXISTS, 16);
    EXPECT_EQ(TNY_E_CONFLICT, 17);
    EXPECT_EQ(TNY_E_POLICY, 18);
    EXPECT_EQ(TNY_E_RATE_LIMITED, 30);
    EXPECT_EQ(TNY_E_UNAVAILABLE, 31);
    EXPECT_EQ(TNY_E_TIMEOUT, 32);
    EXPECT_EQ(TNY_E_CURSOR_EXPIRED, 40);
    EXPECT_EQ(TNY_E_OUTCOME_UNKNOWN, 41);
    EXPECT_EQ(TNY_E_CANCELLED, 50);
    EXPECT_EQ(TNY_E_DATA, 51);
    EXPECT_EQ(TNY_E_INTERNAL, 52);
}

TEST(AbiHas, SaysNoToAFieldBeyondTheSizeTheOtherSideWrote) {
    tny_host host{};
    host.size = offsetof(tny_host, throttle);
    EXPECT_TRUE(TNY_HAS(&host, secret_put));
    EXPECT_FALSE(TNY_HAS(&host, throttle));
    const tny_host* none = nullptr;
    EXPECT_FALSE(TNY_HAS(none, size));
}

}  // namespace
