#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "kernel/view/field_file.h"

namespace tenantry::view {

struct SummedFile::Sum {
    XXH3_state_t* state = XXH3_createState();
    Sum() { XXH3_64bits_reset(state); }
    ~Sum() { XXH3_freeState(state); }
    Sum(const Sum&) = delete;
    Sum& operator=(const Sum&) = delete;
    void add(const void* bytes, std::size_t count) { XXH3_64bits_update(state, bytes, count); }
    [[nodiscard]] XXH64_hash_t value() const { return XXH3_64bits_digest(state); }
};

SummedFile::SummedFile(const std::string& path, Mode mode) : sum_(std::make_unique<Sum>()) {
    const bool write = mode == Mode::kWrite;
    // It holds what the store holds: its owner's only.
    const int fd = ::open(path.c_str(), write ? O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC : O_RDONLY,
                          S_IRUSR | S_IWUSR);
    if (fd < 0) return;
    struct stat info {};
    file_ = ::fdopen(fd, write ? "wb" : "rb");
    if (file_ == nullptr || ::fstat(fd, &info) != 0) return;
    const auto size = static_cast<std::uint64_t>(info.st_size);
    good_ = write || size >= sizeof(XXH64_hash_t);
    if (good_ && !write) left_ = size - sizeof(XXH64_hash_t);
}

SummedFile::~SummedFile() {
    if (file_ != nullptr) std::fclose(file_);
}

void SummedFile::put(const void* bytes, std::size_t count) {
    if (!good_ || count == 0) return;
    sum_->add(bytes, count);
    good_ = std::fwrite(bytes, 1, count, file_) == count;
}

bool SummedFile::take(void* bytes, std::size_t count) {
    if (!good_ || count == 0) return good_;
    good_ = count <= left_ && std::fread(bytes, 1, count, file_) == count;
    if (!good_) return false;
    left_ -= count;
    sum_->add(bytes, count);
    return true;
}

bool SummedFile::finishWriting() {
    if (!good_) return false;
    const auto sum = sum_->value();
    good_ = std::fwrite(&sum, 1, sizeof(sum), file_) == sizeof(sum) && std::fflush(file_) == 0 &&
            ::fsync(::fileno(file_)) == 0;
    return good_;
}

bool SummedFile::finishReading() {
    XXH64_hash_t sum = 0;
    good_ = good_ && left_ == 0 && std::fread(&sum, 1, sizeof(sum), file_) == sizeof(sum) &&
            sum == sum_->value();
    return good_;
}

}  // namespace tenantry::view
