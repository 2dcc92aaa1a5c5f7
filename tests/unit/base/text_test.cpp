// Goal: folding makes equal what people hold to be equal, and keeps apart what they do not.
#include "kernel/base/text.h"

#include <gtest/gtest.h>

namespace tenantry::base {
namespace {

struct Row {
    const char* text;
    const char* folded;
};
class CaseFold : public testing::TestWithParam<Row> {};
TEST_P(CaseFold, ForgetsCaseAndKeepsAccents) {
    EXPECT_EQ(caseFold(GetParam().text), GetParam().folded);
    EXPECT_EQ(caseFold(GetParam().folded), GetParam().folded);
    EXPECT_TRUE(equalsFolded(GetParam().text, GetParam().folded));
}
INSTANTIATE_TEST_SUITE_P(Table, CaseFold,
                         testing::Values(Row{"", ""},
                                         Row{"Anna.B-1@Example.ORG", "anna.b-1@example.org"},
                                         Row{"MÜLLER", "müller"}, Row{"Mu\xCC\x88ller", "müller"},
                                         Row{"Straße", "strasse"}, Row{"STRASSE", "strasse"},
                                         Row{"ΟΔΥΣΣΕΥΣ", "οδυσσευσ"}, Row{"Οδυσσεύς", "οδυσσεύσ"},
                                         Row{"ИВАН", "иван"}, Row{"李小龍", "李小龍"},
                                         Row{"ﬁn", "fin"}, Row{"\xE2\x84\xAA", "k"}));

TEST(CaseFold, KeepsAccentsApart) {
    EXPECT_NE(caseFold("müller"), caseFold("muller"));
    EXPECT_FALSE(equalsFolded("Muller", caseFold("Müller")));
    EXPECT_FALSE(equalsFolded("abc", "abcd"));
}

class SearchFold : public testing::TestWithParam<Row> {};
TEST_P(SearchFold, ForgetsAccentsToo) {
    EXPECT_EQ(searchFold(GetParam().text), GetParam().folded);
    EXPECT_EQ(searchFold(GetParam().folded), GetParam().folded);
}
INSTANTIATE_TEST_SUITE_P(
    Table, SearchFold,
    testing::Values(Row{"", ""}, Row{"MÜLLER", "muller"}, Row{"Müller", "muller"},
                    Row{"Muller", "muller"}, Row{"Łódź", "lodz"}, Row{"Bjørn Ærø", "bjorn aero"},
                    Row{"Đặng", "dang"}, Row{"Iğdır", "igdir"}, Row{"İZMİR", "izmir"},
                    Row{"Nguyễn", "nguyen"}, Row{"Straße", "strasse"}, Row{"ﬁn", "fin"},
                    Row{"Ａｄａ", "ada"}, Row{"O\xE2\x80\x99Hara", "o'hara"},
                    Row{"  two \t\n words ", "two words"},
                    Row{"zero\xE2\x80\x8Bwidth", "zerowidth"}, Row{"שָׁלוֹם", "שלום"},
                    Row{"مُحَمَّد", "محمد"}, Row{"Σίσυφος", "σισυφοσ"}, Row{"Жуков", "жуков"}));

TEST(SearchFold, KeepsLettersThatAreMarksInOtherScripts) {
    EXPECT_NE(searchFold("कि"), searchFold("का"));
    EXPECT_NE(searchFold("ば"), searchFold("は"));
}

TEST(SearchFold, TakesAnyBytes) {
    EXPECT_EQ(searchFold("a\xff\x62"), "a\xEF\xBF\xBD\x62");
    EXPECT_EQ(caseFold("A\xC3"), "a\xEF\xBF\xBD");
    EXPECT_EQ(searchFold(std::string("a\0b", 3)), "ab");
}

}  // namespace
}  // namespace tenantry::base
