#include "calibrated/search/calibrated_search.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "base/json_reader.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/calibrated_execution_json.h"
#include "calibrated/search/calibrated_rows.h"
#include "launch/launch_rules.h"
#include "support/findings.h"
#include "support/input_error_of.h"
#include "support/source_tree.h"

namespace calculon::test {
namespace {

// One search: bundled files by name, and what is wanted of settings.
struct SearchCase {
  std::string model;
  std::string system;
  std::int64_t num_procs;
  std::int64_t batch_size;
  std::map<std::string, std::string> wanted;
  Datatype datatype = Datatype::kBfloat16;
  std::optional<Framework> launchable = std::nullopt;

  Transformer transformer() const {
    return read_transformer(source_path("models/" + model + ".json"));
  }
  System machine() const { return read_system(source_path("systems/" + system + ".json")); }
  CalibratedSpaceOptions options() const {
    CalibratedSpaceOptions options{num_procs, batch_size, datatype, {}, launchable};
    for (const auto& [key, list] : wanted) {
      options.wanted.want(key, list);
    }
    return options;
  }
};

CalibratedSearchResult found_by(const SearchCase& search, CalibratedSearchOptions options) {
  const Transformer model = search.transformer();
  const System system = search.machine();
  const CalibratedSpace space(model, system, search.options());
  const std::atomic<bool> stop{false};
  return search_calibrated(model, system, space, options, stop, [](std::int64_t) {});
}

// A small space of each kind, with choices opened.
const std::vector<SearchCase>& small_searches() {
  static const std::vector<SearchCase> kSearches = {
      {"llama-3.1-8b", "h100", 32, 64, {}, Datatype::kFloat8},
      {"llama-3.1-70b",
       "h100-80g-nemo",
       64,
       64,
       {{"recompute_modules", "none,core_attn+layernorm,mlp"},
        {"loss_kind", "unfused,compiled"},
        {"attention_kernel", "unfused,flash"}}},
      {"mixtral-8x7b",
       "h100",
       32,
       128,
       {{"expert_overlap", "true,false"}, {"data_par_sharding", "none,zero2"}}},
      {"deepseek-v3", "b200", 256, 512, {{"pipeline_par", "3..16"}, {"microbatch_size", "1"}}},
      {"gpt3-175b-modern",
       "a100",
       48,
       96,
       {{"pipeline_balance", "with_embedding,blocks"}, {"sequence_par", "true,false"}},
       Datatype::kFloat16},
  };
  return kSearches;
}

}  // namespace

TEST_CASE("calibrated searches count and rank as golden ones", "[calibrated][golden]") {
  const Json golden = Json::parse(source_text("tests/golden/calibrated-search.json.gz"));
  REQUIRE(golden.size() == 3);
  for (const Json& each : golden) {
    const SearchCase search{each["model"],
                            each["system"],
                            each["num_procs"],
                            each["max_batch_size"],
                            {},
                            *enum_from_name<Datatype>(each["datatype"].get<std::string>()),
                            {}};
    INFO(search.model);
    CalibratedSearchOptions options;
    options.threads = 2;
    options.top_n = each["top"].size();
    const CalibratedSearchResult result = found_by(search, options);
    CHECK(result.tally.total() == each["total"]);
    CHECK(result.tally.good() == each["good"]);
    for (const RuleTally::Rejections& rejections : result.tally.sorted()) {
      CHECK(rejections.count ==
            each["bad_by_rule"][std::string(rejections.rule.substr(1))].get<std::int64_t>());
    }
    REQUIRE(result.best.size() == each["top"].size());
    for (std::size_t i = 0; i < result.best.size(); ++i) {
      const Json& want = each["top"][i];
      const RankedExecution& got = result.best[i];
      CHECK(got.stats.sample_rate == Approx(want["sample_rate"].get<double>()).epsilon(1e-9));
      CHECK(got.stats.memory.peak == Approx(want["peak"].get<double>()).epsilon(1e-9));
      CHECK(enum_name(got.stats.memory.verdict) == want["verdict"].get<std::string>());
      const Json execution = calibrated_execution_json(got.execution);
      for (const auto& [key, value] : want["execution"].items()) {
        INFO(key);
        CHECK(execution[key] == value);
      }
    }
  }
}

TEST_CASE("a calibrated search answers as evaluating each execution by itself", "[calibrated]") {
  for (const SearchCase& search : small_searches()) {
    const Transformer model = search.transformer();
    const System system = search.machine();
    const CalibratedSpace space(model, system, search.options());
    INFO(search.model << ", " << space.size() << " executions");
    REQUIRE(space.size() > 100);
    std::vector<double> rates;
    std::map<std::string, std::int64_t> rejected;
    for (std::int64_t i = 0; i < space.size(); ++i) {
      const CalibratedExecution e = space.at(i);
      REQUIRE(contradiction(e).empty());
      const auto outcome = evaluate_calibrated(model, system, e);
      if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
        ++rejected[std::string(unsuitable->rule)];
      } else if (const auto& stats = std::get<CalibratedStats>(outcome);
                 stats.memory.verdict == MemoryVerdict::kDoesNotFit) {
        ++rejected["KD7"];
      } else {
        rates.push_back(stats.sample_rate);
      }
    }
    std::sort(rates.rbegin(), rates.rend());
    CalibratedSearchOptions options;
    options.top_n = 50;
    const CalibratedSearchResult result = found_by(search, options);
    CHECK(result.tally.good() == static_cast<std::int64_t>(rates.size()));
    for (const RuleTally::Rejections& each : result.tally.sorted()) {
      CHECK(rejected[std::string(each.rule)] == each.count);
    }
    CHECK(result.tally.total() == space.size());
    Findings findings;
    for (std::size_t i = 0; i < result.best.size(); ++i) {
      const double rate = result.best[i].stats.sample_rate;
      findings.add_unless(std::fabs(rate - rates[i]) <= 1e-12 * rate,
                          fmt::format("{}: {} instead of {}", i, rate, rates[i]));
    }
    INFO(findings.text());
    CHECK(findings.empty());
  }
}

TEST_CASE("calibrated searches do not depend on the number of threads", "[calibrated]") {
  for (const SearchCase& search : small_searches()) {
    CalibratedSearchOptions options;
    options.top_n = 30;
    const CalibratedSearchResult one = found_by(search, options);
    options.threads = 3;
    const CalibratedSearchResult three = found_by(search, options);
    REQUIRE(one.best.size() == three.best.size());
    for (std::size_t i = 0; i < one.best.size(); ++i) {
      CHECK(one.best[i].index == three.best[i].index);
    }
    CHECK(one.tally.good() == three.tally.good());
    for (std::size_t i = 0; i < one.tally.sorted().size(); ++i) {
      CHECK(one.tally.sorted()[i].closest == three.tally.sorted()[i].closest);
    }
  }
}

TEST_CASE("a calibrated search keeps what conditions and orders ask for", "[calibrated]") {
  const SearchCase search = small_searches()[1];
  CalibratedSearchOptions options;
  options.top_n = 1'000'000;
  const std::vector<RankedExecution> all = found_by(search, options).best;
  options.rank_by = parse_calibrated_order("memory.peak");
  options.where = {parse_calibrated_filter("time.bubble <= 1")};
  const std::vector<RankedExecution> some = found_by(search, options).best;
  const auto expected = std::count_if(all.begin(), all.end(), [](const RankedExecution& ranked) {
    return ranked.stats.time.bubble <= 1;
  });
  REQUIRE(expected > 0);
  REQUIRE(static_cast<std::size_t>(expected) < all.size());
  CHECK(static_cast<std::ptrdiff_t>(some.size()) == expected);
  CHECK(std::is_sorted(some.begin(), some.end(), [](const auto& a, const auto& b) {
    return a.stats.memory.peak < b.stats.memory.peak;
  }));
  options.where.clear();
  options.pareto = {parse_calibrated_order("sample_rate"), parse_calibrated_order("memory.peak")};
  const std::vector<RankedExecution> front = found_by(search, options).best;
  REQUIRE(front.size() > 1);
  CHECK(front.front().stats.sample_rate == all.front().stats.sample_rate);
  CHECK(front.back().stats.memory.peak == some.front().stats.memory.peak);
  CHECK(input_error_of([] { parse_calibrated_order("time.buble"); }) ==
        "there is no statistic 'time.buble' (did you mean 'time.bubble'?)");
}

TEST_CASE("rows of a calibrated space come in the order of enumeration", "[calibrated]") {
  const SearchCase search = small_searches()[2];
  const Transformer model = search.transformer();
  const System system = search.machine();
  const CalibratedSpace space(model, system, search.options());
  const std::atomic<bool> stop{false};
  std::vector<std::string> texts;
  for (const int threads : {1, 3}) {
    std::string text;
    CalibratedRowOptions options;
    options.threads = threads;
    options.append = [](std::string& piece, const CalibratedExecution& e,
                        const CalibratedStats& stats) {
      piece += calibrated_execution_json(e).dump() + fmt::format(" {}\n", stats.total_time);
    };
    options.finish = [](std::string piece) { return piece; };
    options.write = [&](std::string_view piece) { text += piece; };
    const CalibratedRowResult result =
        stream_calibrated_rows(model, system, space, options, stop, [](std::int64_t) {});
    CHECK(result.rows == result.tally.good());
    texts.push_back(text);
  }
  CHECK(texts[0] == texts[1]);
  std::string expected;
  for (std::int64_t i = 0; i < space.size(); ++i) {
    const auto outcome = evaluate_calibrated(model, system, space.at(i));
    const auto& stats = std::get<CalibratedStats>(outcome);
    if (stats.memory.verdict != MemoryVerdict::kDoesNotFit) {
      expected += calibrated_execution_json(space.at(i)).dump() + "\n";
    }
  }
  std::string settings;
  for (const std::string& line : lines_of(texts[0])) {
    settings += line.substr(0, line.rfind(' ')) + "\n";
  }
  CHECK(settings == expected);
}

TEST_CASE("an execution that a framework cannot run is bad by its rule", "[calibrated]") {
  SearchCase search{"llama-3.1-8b",
                    "h100",
                    16,
                    48,
                    {{"data_par_overlap", "true,false"}, {"param_gather_overlap", "true"}},
                    Datatype::kBfloat16,
                    Framework::kMegatron};
  const CalibratedSearchResult result = found_by(search, {});
  const auto by_rule = result.tally.sorted();
  REQUIRE_FALSE(by_rule.empty());
  const Transformer model = search.transformer();
  const System system = search.machine();
  const CalibratedSpace space(model, system, search.options());
  for (const RuleTally::Rejections& each : by_rule) {
    if (each.rule.starts_with("KL")) {
      const LaunchRule* rule = broken_rule(Framework::kMegatron, model, space.at(each.closest));
      REQUIRE(rule != nullptr);
      CHECK(rule->id == each.rule);
      return;
    }
  }
  FAIL("no execution was rejected by a rule of the framework");
}

}  // namespace calculon::test
