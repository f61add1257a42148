// Studies of measured runs: the runs of a table beside what each methodology says of them.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "calculon/base/units.h"
#include "measured/table_errors.h"
#include "support/findings.h"
#include "support/input_error_of.h"
#include "support/measured_runs.h"
#include "support/source_tree.h"
#include "support/study_run.h"

namespace calculon::test {
namespace {

// A study of the runs of a table beside it.
Json own_study() {
  return Json::parse(R"({
    "calculon_study": 1,
    "axes": [
      {"name": "run", "measured": "runs.csv"},
      {"name": "methodology", "path": "methodology", "values": ["published", "calibrated"]}
    ]
  })");
}

constexpr std::string_view kHeader =
    "id,system,model.hidden,model.feedforward,model.seq_size,model.attn_heads,model.attn_size,"
    "model.num_blocks,model.vocab_size,execution.num_procs,execution.batch_size,"
    "execution.tensor_par,execution.context_par,measured_seconds,measured_peak_bytes,"
    "measured_stage\n";
constexpr std::string_view kRun =
    "one,h100,1024,4096,2048,16,64,24,50000,8,64,2,1,0.5,2147483648,\n";

// What is wrong with a study that stands beside a table of these rows.
std::string error_of(const Json& study, const std::string& rows, const StudyChoices& choices = {}) {
  const TempFolder folder;
  folder.write("runs.csv", std::string(kHeader) + rows);
  const std::string path = folder.write("study.json", study.dump());
  return input_error_of([&] { load_study(path, source_folder(), choices, 2); });
}

LoadedStudy own_loaded(const Json& study, const std::string& rows) {
  const TempFolder folder;
  folder.write("runs.csv", std::string(kHeader) + rows);
  return load_study(folder.write("study.json", study.dump()), source_folder(), {}, 2);
}

const std::vector<Json>& quick_rows(const std::string& name) {
  static std::map<std::string, std::vector<Json>> known;
  if (!known.contains(name)) {
    known[name] = StudyRun(bundled_study(name, {}, {}, true)).rows();
  }
  return known[name];
}

// How often the rows of a methodology have each reason; "" where there is an answer.
std::map<std::string, int> reasons(const std::vector<Json>& rows, const std::string& methodology) {
  std::map<std::string, int> counts;
  for (const Json& row : rows) {
    if (row["methodology"] == methodology) {
      ++counts[row["status"] == "ok" ? "" : row["reason_kind"].get<std::string>()];
    }
  }
  return counts;
}

// The errors of a methodology as docs/studies.md has them: how many, the mean of their sizes and
// the bias; of the runs of `only` if there are any.
std::string errors_text(const std::vector<Json>& rows, const std::string& methodology,
                        const char* column, const std::set<std::string>* only = nullptr) {
  std::vector<double> errors;
  for (const Json& row : rows) {
    const bool counts = !only || only->contains(row["run"].get<std::string>());
    if (row["methodology"] == methodology && row[column].is_number() && counts) {
      errors.push_back(row[column].get<double>());
    }
  }
  const ErrorSummary sum = summarize(errors);
  return fmt::format("{}: {:.1f}, {:+.1f}", sum.n, sum.mean, sum.bias);
}

// The runs of which every methodology tells the step time.
std::set<std::string> runs_of_all(const std::vector<Json>& rows) {
  std::map<std::string, int> answers;
  for (const Json& row : rows) {
    answers[row["run"]] += row["error_percent"].is_number() ? 1 : 0;
  }
  std::set<std::string> runs;
  for (const auto& [run, count] : answers) {
    if (count == 3) {
      runs.insert(run);
    }
  }
  return runs;
}

}  // namespace

TEST_CASE("the documentation has the errors of the bundled measured studies", "[study][measured]") {
  const std::string page = source_text("docs/studies.md");
  for (const auto& [name, kind] :
       {std::pair{"validation-dense", "dense"}, std::pair{"validation-moe", "mixtures"}}) {
    const StudyRun run(bundled_study(name));
    const std::vector<Json>& rows = run.rows();
    const std::set<std::string> shared = runs_of_all(rows);
    const auto line = [&, kind = kind](const std::string& what, const char* column,
                                       const std::set<std::string>* only = nullptr) {
      std::string cells = fmt::format("| {}, {} |", kind, what);
      for (const char* methodology : {"published", "corrected", "calibrated"}) {
        cells += fmt::format(" {} |", errors_text(rows, methodology, column, only));
      }
      return cells;
    };
    const auto is_told = [&](const std::string& text) {
      INFO(text);
      CHECK(page.find(text) != std::string::npos);
    };
    is_told(line("step time", "error_percent"));
    is_told(line("step time, runs of all three", "error_percent", &shared));
    is_told(line("peak memory", "peak_error_percent"));
    for (const Json& row : rows) {
      REQUIRE(row["status"] != "invalid");
    }
  }
}

TEST_CASE("a measured study predicts what llm-validation does", "[study][measured]") {
  std::map<std::string, const PredictedRun*> predicted;
  for (const PredictedRun& each : measured_runs("calibration").predicted.runs) {
    predicted[each.run->id] = &each;
  }
  Findings findings;
  for (const char* name : {"validation-dense", "validation-moe"}) {
    for (const Json& row : quick_rows(name)) {
      if (row["methodology"] != "calibrated") {
        continue;
      }
      const PredictedRun& each = *predicted.at(row["run"]);
      const std::string id = each.run->id;
      const auto time = error_of(each, MeasuredQuantity::kTime);
      const auto peak = error_of(each, MeasuredQuantity::kPeak);
      findings.add_unless(row["status"] == "ok", id);
      findings.add_unless(row["error_percent"] == (time ? Json(*time) : Json()), id + " time");
      findings.add_unless(peak ? std::fabs(row["peak_error_percent"].get<double>() - *peak) < 1e-9
                               : row["peak_error_percent"].is_null(),
                          id + " peak");
    }
  }
  INFO(findings.text());
  CHECK(findings.empty());
}

TEST_CASE("refused runs are counted by their reasons", "[study][measured]") {
  const std::map<std::string, int> dense = {
      {"", 15}, {"context parallelism", 3}, {"sharded gradients or parameters", 3}};
  CHECK(reasons(quick_rows("validation-dense"), "published") == dense);
  CHECK(reasons(quick_rows("validation-dense"), "corrected") == dense);
  CHECK(reasons(quick_rows("validation-moe"),
                "corrected")["layers that the corrected model has not"] == 1);
  CHECK(reasons(quick_rows("validation-dense"), "calibrated") ==
        std::map<std::string, int>{{"", 21}});
}

TEST_CASE("an own measured study", "[study][measured]") {
  const std::string second = "two,h100,1024,4096,2048,16,64,24,50000,8,64,1,2,,3221225472,\n";
  const StudyRun run(own_loaded(own_study(), std::string(kRun) + second));
  CHECK(run.rows().size() == 4);
  const Json published = run.rows_with({{"run", "one"}, {"methodology", "published"}}).at(0);
  CHECK(published["status"] == "ok");
  CHECK(published["kind"] == "dense");
  CHECK(published["precision"] == "16 bit");
  CHECK(published["measured_seconds"] == 0.5);
  CHECK(published["measured_peak_gib"] == 2);
  CHECK(published["predicted_seconds"] == published["total_time"]);
  CHECK(published["error_percent"].get<double>() ==
        Approx(100 * (published["total_time"].get<double>() / 0.5 - 1)));
  CHECK(published["peak_error_percent"].get<double>() ==
        Approx(100 * (published["proc_mem_tier1_cap_req"].get<double>() / (2 * kGibi) - 1)));
  CHECK(published["approximations"] == "flash attention as recomputed scores");
  const Json refused = run.rows_with({{"run", "two"}, {"methodology", "published"}}).at(0);
  CHECK(refused["status"] == "infeasible");
  CHECK(refused["reason"] == "context_par is 2, expected 1 in a published execution");
  CHECK(refused["measured_peak_gib"] == 3);
  CHECK(refused["error_percent"].is_null());
  CHECK(refused["predicted_peak_gib"].is_null());
}

TEST_CASE("a measured study goes on without its table", "[study][measured]") {
  StudyRun run(own_loaded(own_study(), std::string(kRun)), 0);
  const LoadedStudy again = load_study_folder(run.folder(), 2);
  CHECK(distinct_ids(again.points) == distinct_ids(run.loaded().points));
  CHECK(again.points.size() == 2);
}

TEST_CASE("what a measured study cannot be is told", "[study][measured]") {
  const std::string rows(kRun);
  const auto with = [&](const std::string& pointer, const Json& value) {
    Json study = own_study();
    study[Json::json_pointer(pointer)] = value;
    return error_of(study, rows);
  };
  CHECK(error_of(own_study(), rows) == "(no error)");
  CHECK_THAT(
      with("/axes/1/values/0", "fixed"),
      Catch::Contains("methodology is \"fixed\", expected published, corrected or calibrated"));
  CHECK_THAT(with("/model", "gpt3-175B"), Catch::Contains("unknown key 'model'"));
  CHECK_THAT(with("/axes/0/kind", "sparse"),
             Catch::Contains("axes[0].kind is \"sparse\", expected dense or mixture"));
  CHECK_THAT(with("/axes/0/kind", "mixture"), Catch::Contains("axes[0] has no mixture runs"));
  CHECK_THAT(with("/axes/0/measured", "calibrations"),
             Catch::Contains("no bundled measured table is called 'calibrations'"));
  CHECK_THAT(with("/axes/1/path", "system.mem1.GiB"),
             Catch::Contains("path 'system.mem1.GiB': of measured runs only the methodology is "
                             "set, all else is in their rows"));
  CHECK_THAT(with("/axes/0/name", "kind"), Catch::Contains("has an axis called 'kind'"));
  StudyChoices quick;
  quick.quick = true;
  Json shortened = own_study();
  shortened["quick"] = {{"run", {"none"}}};
  CHECK_THAT(error_of(shortened, rows, quick),
             Catch::Contains("axis 'run' has no value 'none', it has one"));
  StudyChoices set;
  set.set = {{"model.hidden", 2048}};
  CHECK_THAT(error_of(own_study(), rows, set), Catch::Contains("path 'model.hidden'"));
  CHECK_THAT(error_of(own_study(), "one,h100,1024\n"),
             Catch::Contains("runs.csv: row 2 has 3 cells"));
  Json methodless = own_study();
  methodless["axes"].erase(1);
  CHECK_THAT(error_of(methodless, rows),
             Catch::Contains("methodology is null, expected published"));
  Json other = small_study();
  other["axes"][0] = {{"name", "m"}, {"path", "methodology"}, {"values", {"published"}}};
  CHECK_THAT(input_error_of([&] { study_of(other); }),
             Catch::Contains("path 'methodology': the study has no axis of measured runs"));
}

}  // namespace calculon::test
