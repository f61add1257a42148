// docs/bandwidth.md has every result as its row has it, and every quirk that the code names.
#include <catch2/catch.hpp>
#include <regex>

#include "calculon/bandwidth/bandwidth.h"
#include "calculon/bandwidth/estimate.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

template <class Fields>
void check_rows(const Fields& fields, const std::string& text) {
  for (const auto& field : fields) {
    const std::string row = "| `" + std::string(field.name) + "` | " + std::string(field.unit) +
                            " | " + std::string(field.help) +
                            (field.head_only ? " (head only) |" : " |");
    INFO(row);
    CHECK(text.find(row + "\n") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("every result of a training run is documented as its row says", "[bandwidth]") {
  const std::string text = source_text("docs/bandwidth.md");
  check_rows(kBandwidthOutputFields, text);
  check_rows(kEstimateOutputFields, text);
}

TEST_CASE("every quirk of a training run that the code names is documented", "[bandwidth]") {
  const std::string text = source_text("docs/bandwidth.md");
  static const std::regex kQuirk("[Qq]uirks? (T[AB][0-9]+)");
  for (const char* folder : {"src/bandwidth", "include/calculon/bandwidth"}) {
    for (const std::string& file : source_files(folder, {".h", ".cc"})) {
      const std::string code = source_text(file);
      for (std::sregex_iterator at(code.begin(), code.end(), kQuirk), end; at != end; ++at) {
        INFO(file << " names " << at->str());
        CHECK(text.find("\n| " + (*at)[1].str() + " | ") != std::string::npos);
      }
    }
  }
}

}  // namespace calculon::test
