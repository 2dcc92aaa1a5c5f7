#include "kernel/view/view_file.h"

#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <unordered_map>

#include "kernel/view/field_file.h"

namespace tenantry::view {

namespace {

/// To be raised whenever a field is added, or its bytes mean something else.
constexpr std::string_view kFormat = "tenantry view 1";

/// Everything that decides what the bytes of a file mean.
std::string rulesOf(const std::string& stamp) {
    return std::string(kFormat) +
           " ICU " U_ICU_VERSION " Unicode " U_UNICODE_VERSION " collation " +
           std::to_string(UCOL_RUNTIME_VERSION) + "." + std::to_string(UCOL_BUILDER_VERSION) + " " +
           stamp;
}

base::Error damaged(const std::string& path) {
    return base::unavailable("The file " + path +
                             " is damaged. The users are read from the store.");
}

}  // namespace

base::Status writeView(const std::string& path, const std::string& stamp, const KeptView& view) {
    // Written beside and renamed: after a crash there is a whole file or none.
    const std::string beside = path + ".new";
    bool written = false;
    {
        SummedFile file(beside, SummedFile::Mode::kWrite);
        FieldWriter write(file);
        write(rulesOf(stamp), view.connections, std::uint64_t{view.segments.size()});
        for (const auto& one : view.segments) {
            one.segment->write(write);
            write(*one.life);
        }
        written = file.finishWriting();
    }
    std::error_code failure;
    if (written) std::filesystem::rename(beside, path, failure);
    if (written && !failure) return base::ok();
    std::filesystem::remove(beside, failure);
    return base::unavailable("The view cannot be written to " + path + ".");
}

base::Result<KeptView> readView(const std::string& path, const std::string& stamp,
                                const std::function<Handle(const KeptConnection&)>& handleOf) {
    if (!std::filesystem::exists(path)) return base::notFound("There is no file " + path + ".");
    SummedFile file(path, SummedFile::Mode::kRead);
    FieldReader read(file);
    std::string rules;
    KeptView out;
    std::uint64_t segments = 0;
    read(rules);
    if (file.good() && rules != rulesOf(stamp))
        return base::conflict("The file " + path + " is of another state of the store.");
    read(out.connections, segments);
    std::unordered_map<Handle, Handle> handles;
    for (const auto& one : out.connections) handles[one.handle] = handleOf(one);
    for (std::uint64_t i = 0; i < segments && file.good(); ++i) {
        SegmentState state;
        state.segment = Segment::read(read, handles);
        auto life = std::make_shared<Life>();
        read(*life);
        if (!state.segment || !life->fits(state.segment->rows())) return damaged(path);
        state.life = std::move(life);
        out.segments.push_back(std::move(state));
    }
    if (!file.finishReading()) return damaged(path);
    return out;
}

}  // namespace tenantry::view
