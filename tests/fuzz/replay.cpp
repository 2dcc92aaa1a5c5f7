// Feeds a libFuzzer entry with every file of a corpus and with mutations of them, for compilers
// without libFuzzer. Usage: replay CORPUS, or replay FILE for one input alone. TENANTRY_SEED gives
// a run again.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutations = 20'000;

void feed(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> readAll(const std::filesystem::path& folder) {
    std::vector<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator(folder))
        out.push_back(read(file.path()));
    return out;
}

/// Cuts, doubles, swaps and splices, as a fuzzer would.
std::string mutated(const std::vector<std::string>& corpus, std::mt19937_64& random) {
    const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
    std::string text = corpus[below(corpus.size())];
    for (std::size_t i = 0, count = 1 + below(6); i < count; ++i) {
        const std::size_t at = below(text.size() + 1);
        switch (below(5)) {
            case 0:
                text.erase(at, below(8));
                break;
            case 1:
                text.insert(at, 1, static_cast<char>(random()));
                break;
            case 2:
                text.insert(at, text.substr(below(text.size() + 1), below(40)));
                break;
            case 3:
                if (at < text.size()) text[at] = static_cast<char>(random());
                break;
            default: {
                const auto& other = corpus[below(corpus.size())];
                text = text.substr(0, at) + other.substr(below(other.size() + 1));
            }
        }
    }
    return text;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: replay CORPUS|FILE\n";
        return 2;
    }
    if (std::filesystem::is_regular_file(arguments[1])) {
        feed(read(arguments[1]));
        return 0;
    }
    const auto corpus = readAll(arguments[1]);
    if (corpus.empty()) {
        std::cerr << "the corpus " << arguments[1] << " is empty\n";
        return 1;
    }
    const char* given = std::getenv("TENANTRY_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "TENANTRY_SEED=" << seed << std::endl;
    std::mt19937_64 random(seed);
    for (const auto& input : corpus) feed(input);
    for (int i = 0; i < kMutations; ++i) feed(mutated(corpus, random));
    std::cout << corpus.size() << " inputs and " << kMutations << " mutations" << std::endl;
    return 0;
}
