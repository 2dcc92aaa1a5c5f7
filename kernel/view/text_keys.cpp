#include "kernel/view/text_keys.h"

#include <unicode/coll.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "kernel/base/text.h"

namespace tenantry::view {

struct TextKeys::Impl {
    std::unique_ptr<const icu::Collator> collator;
};

TextKeys::TextKeys() : impl_(std::make_unique<Impl>()) {
    UErrorCode status = U_ZERO_ERROR;
    impl_->collator.reset(icu::Collator::createInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status) != 0) impl_->collator.reset();
}
TextKeys::~TextKeys() = default;

std::string TextKeys::key(std::string_view text) const {
    if (text.empty()) return {};
    // Without collation data the order is by folded code points: still an order.
    if (!impl_->collator) return base::caseFold(text).substr(0, kSortKeyBytesMax);
    std::array<std::uint8_t, 512> bytes{};
    const auto wide =
        icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
    const auto full =
        impl_->collator->getSortKey(wide, bytes.data(), static_cast<std::int32_t>(bytes.size()));
    std::size_t size = std::min(static_cast<std::size_t>(std::max(full, 0)), bytes.size());
    while (size > 0 && bytes[size - 1] == 0) --size;
    std::string out(reinterpret_cast<const char*>(bytes.data()), std::min(size, kSortKeyBytesMax));
    return out.empty() ? std::string(1, '\x01') : out;
}

std::string plainKey(std::string_view text) {
    return base::caseFold(text.substr(0, 4 * kSortKeyBytesMax)).substr(0, kSortKeyBytesMax);
}

bool isName(domain::UserField field) {
    using domain::UserField;
    return field == UserField::kUsername || field == UserField::kFirstName ||
           field == UserField::kLastName || field == UserField::kDisplayName ||
           field == UserField::kEmail;
}

}  // namespace tenantry::view
