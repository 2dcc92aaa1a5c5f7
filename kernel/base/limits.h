/// Every limit of the product, in one place. A full queue answers kTooMany; it never grows.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tenantry::base::limits {

using namespace std::chrono_literals;

// Lists and requests
inline constexpr std::size_t kUsersPageDefault = 100;
inline constexpr std::size_t kUsersPageMax = 500;
inline constexpr std::size_t kOrganizationsPageMax = 1000;
inline constexpr std::size_t kActivityPageMax = 500;
inline constexpr std::size_t kFacetValuesMax = 1000;
inline constexpr std::size_t kFilterBytesMax = 8 * 1024;
inline constexpr std::size_t kFilterDepthMax = 32;
inline constexpr std::size_t kFilterTermsMax = 200;
inline constexpr std::size_t kSearchBytesMax = 256;
inline constexpr std::size_t kSortColumnsMax = 4;
inline constexpr std::size_t kNameBytesMax = 256;
inline constexpr std::size_t kOrganizationDepthMax = 8;

// HTTP
inline constexpr std::size_t kBodyBytesMax = 1024 * 1024;
inline constexpr std::size_t kHeadBytesMax = 16 * 1024;
inline constexpr std::size_t kHeadersMax = 100;
inline constexpr std::size_t kTargetBytesMax = 8 * 1024;
inline constexpr std::size_t kTrailerBytesMax = 8 * 1024;
inline constexpr auto kHttpBodyTimeout = 30s;
inline constexpr auto kHttpWriteTimeout = 30s;
inline constexpr auto kHttpExportTimeout = 5min;
inline constexpr auto kHttpLinger = 1s;
inline constexpr auto kHttpStopGrace = 5s;
inline constexpr auto kHttpIdleShedAfter = 500ms;
inline constexpr std::size_t kHttpRequestsPerConnectionMax = 100'000;
inline constexpr std::size_t kStaticBytesMax = 64 * 1024 * 1024;
inline constexpr std::size_t kIdempotencyKeyBytesMax = 100;
inline constexpr std::size_t kIdempotencyKeysMax = 10'000;
inline constexpr std::size_t kIdempotencyBodyBytesMax = 64 * 1024;
inline constexpr auto kIdempotencyLife = std::chrono::hours{24};
inline constexpr int kHttpThreads = 64;
inline constexpr int kHttpQueueMax = 256;
inline constexpr auto kHttpReceiveTimeout = 10s;
inline constexpr auto kHttpIdleTimeout = 15s;
inline constexpr std::size_t kEventStreamsMax = 1024;
inline constexpr std::size_t kEventStreamsPerAccountMax = 8;
inline constexpr std::size_t kEventQueueMax = 256;
inline constexpr std::size_t kEventRingMax = 1024;
inline constexpr std::size_t kEventBytesMax = 64 * 1024;
inline constexpr auto kEventStall = 10s;
inline constexpr auto kEventHeartbeat = 15s;
inline constexpr auto kRequestDeadline = 30s;

// Sign-in
inline constexpr std::size_t kPasswordBytesMin = 12;
inline constexpr std::size_t kPasswordBytesMax = 1024;
inline constexpr int kSignInFailuresMax = 5;
inline constexpr auto kSignInLockout = 15min;
inline constexpr int kPasswordHashesAtOnce = 2;
inline constexpr auto kSessionIdle = std::chrono::hours{2};
inline constexpr auto kSessionAbsolute = std::chrono::hours{12};
inline constexpr auto kSetupLinkLife = std::chrono::hours{24};
inline constexpr std::size_t kSessionsPerAccountMax = 20;

// Connectors
inline constexpr auto kCheckDeadline = 15s;
inline constexpr auto kCallDeadline = 30s;
inline constexpr auto kSegmentDeadline = 60s;
inline constexpr std::uint32_t kSegmentRecords = 2000;
inline constexpr auto kSegmentBudget = 20s;
inline constexpr auto kCancelGrace = 5s;
inline constexpr std::size_t kCursorBytesMax = 64 * 1024;
inline constexpr std::size_t kFrameBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kRecordBytesMax = 1024 * 1024;
inline constexpr std::size_t kDescriptorBytesMax = 512 * 1024;
inline constexpr std::size_t kConfigBytesMax = 64 * 1024;
inline constexpr int kWorkerCallThreads = 8;
inline constexpr int kWorkerDeathsMax = 3;
inline constexpr auto kWorkerDeathsWindow = 5min;

// Reading directories
inline constexpr std::size_t kSyncWorkers = 4;
inline constexpr std::size_t kSyncQueueMax = 50'000;
inline constexpr auto kSyncInterval = 5min;
inline constexpr auto kSyncRetryMin = 5s;
inline constexpr auto kSyncRetryMax = 2min;
inline constexpr auto kStaleAfter = 15min;
inline constexpr std::size_t kUsersPerConnectionMax = 2'000'000;
inline constexpr double kDeletionGuardShare = 0.20;
inline constexpr std::size_t kDeletionGuardUsers = 500;
inline constexpr std::size_t kDeletionGuardUsersMin = 3;
inline constexpr std::size_t kStoreBatchRows = 500;

// Plans and jobs
inline constexpr std::size_t kPlanItemsMax = 100'000;
inline constexpr std::size_t kJobItemsPageMax = 1000;
inline constexpr std::size_t kJobsPageMax = 200;
inline constexpr auto kPlanLife = std::chrono::hours{1};
inline constexpr auto kApprovalLife = std::chrono::hours{24};
inline constexpr std::size_t kJobWorkers = 64;
inline constexpr std::size_t kJobClaimBatch = 256;
inline constexpr auto kJobLease = 5min;
inline constexpr std::uint32_t kJobAttemptsMax = 8;
inline constexpr auto kJobRetryMin = 1s;
inline constexpr auto kJobRetryMax = 2min;
// What a directory accepts and finishes later
inline constexpr auto kOperationPollMin = 2s;
inline constexpr auto kOperationPollMax = 1min;
inline constexpr auto kOperationLife = std::chrono::hours{2};
inline constexpr auto kOperationPatience = 10s;  // for one user, while somebody waits
inline constexpr std::size_t kOperationIdBytesMax = 4 * 1024;
inline constexpr std::size_t kJobItemsPerOperatorMax = 200'000;
inline constexpr int kBreakerFailures = 5;
inline constexpr auto kBreakerMin = 5s;
inline constexpr auto kBreakerMax = 5min;
inline constexpr auto kSlowCall = 2s;

// Store
inline constexpr std::size_t kStoreSessions = 8;
inline constexpr int kTransactionTriesMax = 8;
inline constexpr auto kStoreDeadline = 10s;

// Log
inline constexpr std::size_t kLogFieldBytesMax = 4 * 1024;

}  // namespace tenantry::base::limits
