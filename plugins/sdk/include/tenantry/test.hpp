// Tests without a framework, for connectors on machines that have none. With GoogleTest at hand use
// that: <tenantry/fake_host.hpp> depends on neither.
//
//     TNY_TEST(ListsItsUsers) {
//         tny::FakeHost host;
//         auto acme = host.open(tny_entry_v1(host.table()), "{}");
//         TNY_EXPECT_EQ(acme.listAll("user").status, TNY_OK);
//     }
//     int main() { return tny::runTests(); }
#pragma once
#include <exception>
#include <iostream>
#include <vector>

namespace tny {

namespace detail {

struct Test {
    const char* name;
    void (*body)();
};
inline std::vector<Test>& tests() {
    static std::vector<Test> all;
    return all;
}
inline int& failures() {
    static int count = 0;
    return count;
}
inline bool addTest(const char* name, void (*body)()) {
    tests().push_back({name, body});
    return true;
}
inline void failed(const char* file, int line, const char* what) {
    ++failures();
    std::cout << file << ":" << line << ": " << what << "\n";
}
template <class A, class B>
void expectEqual(const char* file, int line, const char* what, const A& a, const B& b) {
    if (a == b) return;
    failed(file, line, what);
    std::cout << "    left:  " << a << "\n    right: " << b << "\n";
}

}  // namespace detail

/// Runs every test of the program; what main returns.
inline int runTests() {
    for (const auto& test : detail::tests()) {
        const int before = detail::failures();
        try {
            test.body();
        } catch (const std::exception& e) {
            detail::failed(test.name, 0, e.what());
        }
        std::cout << (detail::failures() == before ? "ok      " : "FAILED  ") << test.name
                  << std::endl;
    }
    return detail::failures() == 0 && !detail::tests().empty() ? 0 : 1;
}

}  // namespace tny

#define TNY_TEST(name)                                                                   \
    static void tny_test_##name();                                                       \
    static const bool tny_added_##name = ::tny::detail::addTest(#name, tny_test_##name); \
    static void tny_test_##name()
#define TNY_EXPECT(condition) \
    ((condition) ? void() : ::tny::detail::failed(__FILE__, __LINE__, #condition))
#define TNY_EXPECT_EQ(a, b) ::tny::detail::expectEqual(__FILE__, __LINE__, #a " == " #b, (a), (b))
