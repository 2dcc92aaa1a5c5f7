/// A healthy connector in use while another one misbehaves: its calls must go on.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "tests/integration/pluginhost/fixture.h"

namespace tenantry::pluginhost {

/// Gets one user after the other from a connection of its own, until stop().
class Healthy {
  public:
    explicit Healthy(PluginHost& host)
        : directory_(memory(host, 100)),
          thread_([this](const std::stop_token& stop) { work(stop); }) {}

    /// Fails the test when a call failed or none was made.
    void stop() {
        thread_.request_stop();
        thread_.join();
        EXPECT_EQ(failure_, "") << "a healthy connector's calls go on";
        EXPECT_GT(calls_, 0);
        EXPECT_LT(slowest_, std::chrono::seconds(5));
    }

  private:
    void work(const std::stop_token& stop) {
        while (!stop.stop_requested() || calls_ == 0) {
            const auto began = std::chrono::steady_clock::now();
            const auto got = directory_->get("user", "u" + std::to_string(calls_ % 100), soon(10s));
            if (!got) {
                failure_ = got.error().text();
                return;
            }
            slowest_ = std::max(slowest_, std::chrono::steady_clock::now() - began);
            ++calls_;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));  // a user, not a flood
        }
    }

    std::shared_ptr<domain::Connector> directory_;
    // The thread's own until it is joined.
    std::string failure_;
    std::chrono::steady_clock::duration slowest_{0};
    int calls_ = 0;
    std::jthread thread_;
};

}  // namespace tenantry::pluginhost
