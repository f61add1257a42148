// 400 command lines of the published programs: their text to the character, their numbers to 1e-12,
// their exit status, and the rule that an invalid one violates first.
#include <catch2/catch.hpp>
#include <cmath>

#include "base/json_reader.h"
#include "support/findings.h"
#include "support/program.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

constexpr double kTolerance = 1e-12;

std::vector<Json> golden_cases() {
  std::vector<Json> cases;
  for (const std::string& line : lines_of(source_text("tests/golden/bandwidth.jsonl.gz"))) {
    cases.push_back(Json::parse(line));
  }
  return cases;
}

Arguments arguments_of(const Json& golden) {
  Arguments arguments;
  if (golden.at("program") == "transformer") {
    arguments = {"train-bandwidth"};
  } else {
    arguments = {"train-estimate", "--model-version", golden.at("version")};
  }
  for (const Json& argument : golden.at("args")) {
    arguments.push_back(argument);
  }
  return arguments;
}

bool same(const Json& got, const Json& expected) {
  if (expected.is_number_float() || (expected.is_number() && got.is_number_float())) {
    if (!got.is_number()) {
      return false;
    }
    const double x = got.get<double>();
    const double y = expected.get<double>();
    return std::fabs(x - y) <= kTolerance * std::max(std::fabs(x), std::fabs(y));
  }
  return got == expected;
}

void compare(const Json& got, const Json& expected, const std::string& place, Findings& findings) {
  findings.add_unless(got.is_object() && got.size() == expected.size(), place + ": other members");
  for (const auto& [key, value] : expected.items()) {
    const std::string where = place + " " + key;
    if (!got.contains(key)) {
      findings.add(where + " is missing");
    } else if (value.is_object()) {
      compare(got.at(key), value, where, findings);
    } else {
      findings.add_unless(same(got.at(key), value),
                          where + ": " + got.at(key).dump() + ", expected " + value.dump());
    }
  }
}

}  // namespace

TEST_CASE("training runs have their published texts and values", "[bandwidth]") {
  Findings findings;
  std::size_t count = 0;
  for (const Json& golden : golden_cases()) {
    if (golden.contains("error")) {
      continue;
    }
    Arguments arguments = arguments_of(golden);
    const std::string place = golden.at("args").dump();
    const ProgramResult text = run_program(arguments);
    findings.add_unless(text.status == 0 && text.err.empty(), place + ": " + text.err);
    findings.add_unless(text.out == golden.at("stdout"), place + ": other text\n" + text.out);
    arguments.push_back("--json");
    const ProgramResult json = run_program(arguments);
    compare(Json::parse(json.out, nullptr, false), golden.at("values"), place, findings);
    ++count;
  }
  CHECK(count == 296);
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("training runs are rejected by the published rule", "[bandwidth]") {
  Findings findings;
  std::size_t count = 0;
  for (const Json& golden : golden_cases()) {
    if (!golden.contains("error")) {
      continue;
    }
    const Json& error = golden.at("error");
    const ProgramResult result = run_program(arguments_of(golden));
    const std::string place = golden.at("args").dump() + ": " + result.err;
    findings.add_unless(result.status == error.at("exit"), place);
    findings.add_unless(result.out.empty() && is_one_line(result.err), place);
    if (error.at("kind") == "invalid") {
      const std::string rule = "calculon: rule " + error.at("rule").get<std::string>() + ": ";
      findings.add_unless(result.err.starts_with(rule), place);
    }
    ++count;
  }
  CHECK(count == 104);
  INFO(findings.text());
  CHECK(findings.empty());
}

// The published README lost the blank before the days.
TEST_CASE("the samples of the published README print as written there", "[bandwidth]") {
  std::size_t count = 0;
  for (const Json& golden : golden_cases()) {
    if (!golden.contains("readme_stdout")) {
      continue;
    }
    std::string text = run_program(arguments_of(golden)).out;
    if (const auto blank = text.find("\n 101.8 days"); blank != std::string::npos) {
      text.erase(blank + 1, 1);
    }
    CHECK(text == golden.at("readme_stdout"));
    ++count;
  }
  CHECK(count == 2);
}

}  // namespace calculon::test
