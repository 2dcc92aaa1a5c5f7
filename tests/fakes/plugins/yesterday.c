/* A connector of an earlier header: its tables end before fields that abi.h has today. Each lies
 * alone in memory that ends with it, so that a host which reads beyond `size` is seen. In C. */
#include <stdlib.h>
#include <string.h>

#include <tenantry/abi.h>

extern const char tny_manifest_data[];
extern const size_t tny_manifest_size;

/* tny_read and tny_act without their last fields (schema, poll). */
struct short_read {
    uint32_t size;
    tny_status (*list)(tny_instance*, tny_call*, const tny_read_req*);
    tny_status (*get)(tny_instance*, tny_call*, tny_str, tny_str);
};
struct short_act {
    uint32_t size;
    tny_status (*perform)(tny_instance*, tny_call*, const tny_act_req*);
};
/* tny_record without its body. */
struct short_record {
    uint32_t size;
    uint8_t op, encoding;
    uint16_t flags;
    int64_t modified_ms;
    tny_str kind, id, etag;
};

static const tny_host* host;

static tny_str text(const char* s) {
    tny_str out = {s, strlen(s)};
    return out;
}

static tny_status emit_two(tny_call* call) {
    tny_record whole;
    struct short_record rows[2];
    memset(&whole, 0, sizeof whole);
    memset(rows, 0, sizeof rows);
    whole.size = sizeof whole;
    whole.kind = text("user");
    whole.id = text("u1");
    whole.etag = text("1");
    whole.body = text("{\"login\":\"one\"}");
    rows[0].size = rows[1].size = sizeof rows[0];
    rows[0].op = rows[1].op = TNY_OP_UNCHANGED;
    rows[0].kind = rows[1].kind = text("user");
    rows[0].etag = rows[1].etag = text("1");
    rows[0].id = text("u2");
    rows[1].id = text("u3");
    host->emit(call, &whole, 1, sizeof whole);
    host->emit(call, (const tny_record*)rows, 2, sizeof rows[0]);
    return TNY_OK;
}

static tny_status open_instance(tny_call* call, tny_str tenant, tny_str config,
                                tny_instance** out) {
    (void)call, (void)tenant, (void)config;
    *out = malloc(1);
    return *out != NULL ? TNY_OK : TNY_E_INTERNAL;
}
static void close_instance(tny_instance* instance) {
    free(instance);
}
static tny_status check(tny_instance* instance, tny_call* call) {
    (void)instance, (void)call;
    return TNY_OK;
}
static tny_status list(tny_instance* instance, tny_call* call, const tny_read_req* req) {
    (void)instance, (void)req;
    return emit_two(call);
}
static tny_status get(tny_instance* instance, tny_call* call, tny_str kind, tny_str id) {
    (void)instance, (void)kind, (void)id;
    return emit_two(call);
}
static tny_status perform(tny_instance* instance, tny_call* call, const tny_act_req* req) {
    (void)instance, (void)req;
    return emit_two(call);
}

static const void* interface_of(tny_str id) {
    static struct short_read* read;
    static struct short_act* act;
    if (read == NULL) {
        read = malloc(sizeof *read);
        act = malloc(sizeof *act);
        if (read == NULL || act == NULL) return NULL;
        read->size = sizeof *read;
        read->list = list;
        read->get = get;
        act->size = sizeof *act;
        act->perform = perform;
    }
    if (id.len == 10 && memcmp(id.ptr, "tny.read/1", 10) == 0) return read;
    if (id.len == 9 && memcmp(id.ptr, "tny.act/1", 9) == 0) return act;
    return NULL;
}

const tny_plugin* tny_entry_v1(const tny_host* given) {
    static tny_plugin table;
    host = given;
    table.size = sizeof table;
    table.descriptor.ptr = tny_manifest_data;
    table.descriptor.len = tny_manifest_size;
    table.open = open_instance;
    table.close = close_instance;
    table.check = check;
    table.get_interface = interface_of;
    return &table;
}
