/// Writes values into a file and reads them back, field by field in the same order: a type that has
/// `fields(self, file)` names its own. Numbers are written as this machine holds them.
///
/// Threads: one's own.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "kernel/base/ids.h"
#include "kernel/base/memory.h"
#include "kernel/view/lazy.h"

namespace tenantry::view {

/// The bytes of a file with a sum over all of them, which stands at its end. Nothing fails at once:
/// good() tells.
class SummedFile {
  public:
    enum class Mode : std::uint8_t { kRead = 1, kWrite };
    SummedFile(const std::string& path, Mode mode);
    ~SummedFile();
    SummedFile(const SummedFile&) = delete;
    SummedFile& operator=(const SummedFile&) = delete;

    [[nodiscard]] bool good() const { return good_; }
    void put(const void* bytes, std::size_t count);
    /// False, and nothing is good any more, when fewer are left.
    bool take(void* bytes, std::size_t count);
    /// How many bytes are left to take.
    [[nodiscard]] std::uint64_t left() const { return left_; }
    void spoil() { good_ = false; }
    /// Writes the sum and waits for the disk.
    bool finishWriting();
    /// Whether all was read and the sum is right.
    bool finishReading();

  private:
    struct Sum;
    std::FILE* file_ = nullptr;
    std::unique_ptr<Sum> sum_;
    std::uint64_t left_ = 0;
    bool good_ = false;
};

/// Whether a type is written as it stands in memory. No padding: it would be chance that is
/// written.
template <class T>
inline constexpr bool kIsPlain = std::is_trivially_copyable_v<T> &&
                                 (std::has_unique_object_representations_v<T> || std::is_enum_v<T>);

class FieldWriter {
  public:
    explicit FieldWriter(SummedFile& file) : file_(file) {}
    template <class... T>
    void operator()(const T&... values) {
        (one(values), ...);
    }

  private:
    template <class T>
    void one(const T& value) {
        if constexpr (kIsPlain<T>)
            file_.put(&value, sizeof(T));
        else
            T::fields(value, *this);
    }
    template <class Tag>
    void one(const base::Id<Tag>& id) {
        one(id.text());
    }
    void one(const std::string& text) {
        one(std::uint64_t{text.size()});
        file_.put(text.data(), text.size());
    }
    template <class T, class A>
    void one(const std::vector<T, A>& values) {
        one(std::uint64_t{values.size()});
        if constexpr (kIsPlain<T>)
            file_.put(values.data(), values.size() * sizeof(T));
        else
            for (const auto& value : values) one(value);
    }
    template <class T>
    void one(const std::shared_ptr<const T>& value) {
        one(*value);
    }
    template <class T>
    void one(const Lazy<T>& value) {
        const T* made = value.peek();
        one(std::uint8_t{made != nullptr});
        if (made != nullptr) one(*made);
    }
    SummedFile& file_;
};

class FieldReader {
  public:
    explicit FieldReader(SummedFile& file) : file_(file) {}
    [[nodiscard]] bool good() const { return file_.good(); }
    template <class... T>
    void operator()(T&... values) {
        (one(values), ...);
    }

  private:
    /// Of a list whose members take at least `size` bytes each.
    std::size_t count(std::size_t size) {
        std::uint64_t out = 0;
        one(out);
        if (out <= file_.left() / size) return out;
        file_.spoil();
        return 0;
    }
    template <class T>
    void one(T& value) {
        if constexpr (kIsPlain<T>)
            file_.take(&value, sizeof(T));
        else
            T::fields(value, *this);
    }
    template <class Tag>
    void one(base::Id<Tag>& id) {
        std::string text;
        one(text);
        id = base::Id<Tag>(std::move(text));
    }
    void one(std::string& text) {
        text.resize(count(1));
        file_.take(text.data(), text.size());
    }
    template <class T, class A>
    void one(std::vector<T, A>& values) {
        if constexpr (kIsPlain<T>) {
            values.resize(count(sizeof(T)));
            file_.take(values.data(), values.size() * sizeof(T));
        } else {
            values.resize(count(1));
            for (auto& value : values) one(value);
        }
    }
    template <class T>
    void one(std::shared_ptr<const T>& value) {
        auto made = std::make_shared<T>();
        one(*made);
        value = std::move(made);
    }
    template <class T>
    void one(Lazy<T>& value) {
        std::uint8_t has = 0;
        one(has);
        if (has == 0) return;
        auto made = std::make_unique<T>();
        one(*made);
        value.set(std::move(made));
    }
    SummedFile& file_;
};

}  // namespace tenantry::view
