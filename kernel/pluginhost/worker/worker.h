/// The loop of a worker process: reads frames, runs the plugin's functions, sends what they hand
/// out.
///
/// Threads: a fixed pool takes turns reading. Who reads a call's frame hands the reading on and
/// runs the call itself, so that a short call costs no switch of threads; there is always one
/// thread more than calls, so that cancel, credit and ping are read at once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "kernel/pluginhost/channel.h"
#include "kernel/pluginhost/worker/manners.h"
#include "kernel/pluginhost/worker/worker_call.h"
#include "tenantry/abi.h"

namespace tenantry::pluginhost::worker {

class Worker {
  public:
    Worker(int socket, const tny_plugin* plugin, FrameSender& sender, FrameReceiver& receiver);
    /// Serves until the kernel goes away, then ends the process. Never returns.
    [[noreturn]] void run(unsigned callThreads);

  private:
    /// A frame that runs a function of the plugin. `call` is null for kClose.
    struct Job {
        Frame frame;
        std::uint64_t instance = 0;
        std::shared_ptr<WorkerCall> call;
    };
    [[noreturn]] void loop();
    Job nextJob();
    bool handledInline(Frame& frame);
    Job begin(Frame frame);
    void runJob(const Job& job);
    void close(const Frame& frame);
    tny_status dispatch(const Job& job, FieldReader& fields);
    tny_status open(FieldReader& fields, WorkerCall& call, std::uint64_t instance);
    tny_status list(FieldReader& fields, WorkerCall& call, tny_instance* at);
    tny_status perform(FieldReader& fields, WorkerCall& call, tny_instance* at);
    tny_instance* find(std::uint64_t instance);
    std::shared_ptr<WorkerCall> callOf(std::uint64_t id);
    [[noreturn]] void leave();

    const int socket_;
    const tny_plugin* plugin_;
    const tny_read* read_;
    const tny_act* act_;
    FrameSender& sender_;
    FrameReceiver& receiver_;
    Manners manners_;
    std::mutex reading_;  ///< held by the one thread that reads
    std::mutex mutex_;    ///< guards the maps
    std::map<std::uint64_t, tny_instance*> instances_;
    std::map<std::uint64_t, std::shared_ptr<WorkerCall>> calls_;
};

}  // namespace tenantry::pluginhost::worker
