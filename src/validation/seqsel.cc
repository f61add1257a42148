#include "calculon/validation/seqsel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <system_error>
#include <vector>

#include "calculon/base/input_error.h"
#include "calculon/base/units.h"
#include "calculon/model/evaluate.h"

namespace calculon {
namespace {

constexpr std::size_t kNumModels = 4;
constexpr std::array<std::string_view, kNumModels> kModels = {"megatron-22B", "gpt3-175B",
                                                              "turing-530B", "megatron-1T"};

// One printed table: a cell per model and mode, published and calculated.
struct Mode {
  std::string_view name;
  std::array<double, kNumModels> published;
};
struct Table {
  std::string_view title;
  std::string_view test;    // for --verbose; empty: the cases are those of the table before
  std::string_view folder;  // of the executions
  std::string_view system;
  std::vector<Mode> modes;
  std::string_view unit;  // behind published and calculated figures
  bool shows_memory;      // an extra column
  double (*value)(const Stats& stats, const Stats& first_mode);
};

double stored_gib(const Stats& stats, const Stats&) {
  return (stats.weight_space + stats.weight_grad_space + stats.optimizer_space) / kGibi;
}
double activation_gib(const Stats& stats, const Stats&) {
  return stats.act_space / kGibi;
}
double relative_activation(const Stats& stats, const Stats& first_mode) {
  return 100 * (stats.act_space + stats.act_checkpoint_size) /
         (first_mode.act_space + first_mode.act_checkpoint_size);
}
double batch_seconds(const Stats& stats, const Stats&) {
  return stats.total_time;
}

std::vector<Table> tables() {
  return {
      {"*Params & Opt",
       "seqsel_fig1",
       "fig1",
       "a100_80e",
       {{"none", {45.5625, 45.5625, 31.640625, 32.958984375}},
        {"seqsel", {45.5625, 45.5625, 31.640625, 32.958984375}}},
       "",
       false,
       stored_gib},
      {"*Activations",
       "",
       "fig1",
       "a100_80e",
       {{"none", {59.25, 66.84375, 114.0234375, 131.25}},
        {"seqsel", {9.5625, 12.3515625, 23.076171875, 26.5625}}},
       "",
       false,
       activation_gib},
      {"Activations",
       "seqsel_fig7",
       "fig7",
       "a100_80e",
       {{"none", {100.0, 100.0, 100.0, 100.0}},
        {"seq", {66.84, 62.04, 58.31, 58.31}},
        {"sel", {49.42, 56.53, 62.04, 62.04}},
        {"seqsel", {16.18, 18.49, 20.27, 20.27}},
        {"full", {7.64, 8.71, 9.42, 9.42}}},
       "%",
       false,
       relative_activation},
      {"End-to-end",
       "seqsel_tab5",
       "tab5",
       "a100_80g",
       {{"full", {1.42, 18.13, 49.05, 94.42}}, {"seqsel", {1.10, 13.75, 37.83, 71.49}}},
       "",
       true,
       batch_seconds},
  };
}

// A name that is too long, or a folder that one may not enter, is none.
bool is_folder(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::is_directory(path, unknown);
}

std::filesystem::path executions_folder(const std::filesystem::path& data) {
  const std::filesystem::path bundled = data / "examples" / "validation" / "seqsel";
  return is_folder(bundled) ? bundled : data / "validation" / "seqsel";
}

using Results = std::array<std::vector<Stats>, kNumModels>;  // [model][mode]

Results evaluate_cases(const std::filesystem::path& data, const Table& table) {
  const System system =
      read_system((data / "systems" / fmt::format("{}.json", table.system)).string());
  Results results;
  for (std::size_t m = 0; m < kNumModels; ++m) {
    const Transformer transformer =
        read_transformer((data / "models" / fmt::format("{}.json", kModels[m])).string());
    for (const Mode& mode : table.modes) {
      const std::string path = (executions_folder(data) / table.folder /
                                fmt::format("{}_{}.json", kModels[m], mode.name))
                                   .string();
      const Outcome<Stats> outcome = evaluate(transformer, system, read_strategy(path));
      if (!outcome) {
        throw InputError(
            fmt::format("{}: does not fit {}: {}", path, system.name, describe(outcome.error())));
      }
      results[m].push_back(*outcome);
    }
  }
  return results;
}

// The shortest text of a published figure, with at least one decimal.
std::string published_text(double value) {
  std::string text = fmt::format("{}", value);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

struct Errors {
  double mean = 0;
  double largest = 0;
};

Errors print_table(const Table& table, const Results& results, std::string& text) {
  text += fmt::format("{},", table.title);
  for (const Mode& mode : table.modes) {
    text += fmt::format("|,{},,,{}", mode.name, table.shows_memory ? "," : "");
  }
  text += "\nModel,";
  for (std::size_t i = 0; i < table.modes.size(); ++i) {
    text += fmt::format("|,Profile,Calc,Delta,{}", table.shows_memory ? "GiB," : "");
  }
  text += "\n";
  Errors errors;
  for (std::size_t m = 0; m < kNumModels; ++m) {
    text += fmt::format("{},", kModels[m]);
    for (std::size_t i = 0; i < table.modes.size(); ++i) {
      const Stats& stats = results[m][i];
      const double published = table.modes[i].published[m];
      const double calculated = table.value(stats, results[m][0]);
      const double delta = 100 * (1 - calculated / published);
      text += fmt::format("|,{}{},{:.2f}{},{:.2f}%,", published_text(published), table.unit,
                          calculated, table.unit, delta);
      if (table.shows_memory) {
        text += fmt::format("{:.2f},", stats.proc_mem_tier1_cap_req / kGibi);
      }
      errors.mean += std::fabs(delta) / static_cast<double>(kNumModels * table.modes.size());
      errors.largest = std::max(errors.largest, std::fabs(delta));
    }
    text += "\n";
  }
  text += fmt::format("Ave,,{:.2f}%\nMax,,{:.2f}%\n,\n", errors.mean, errors.largest);
  return errors;
}

}  // namespace

SeqselResult run_seqsel_validation(const SeqselOptions& options) {
  SeqselResult result{};
  Results results;
  for (const Table& table : tables()) {
    if (!table.test.empty()) {
      results = evaluate_cases(options.data_folder, table);
      if (options.verbose) {
        result.text += fmt::format("\n\nNow running test: {}\n", table.test);
        for (const std::string_view model : kModels) {
          for (const Mode& mode : table.modes) {
            result.text += fmt::format("Analyzing {} {}\n", model, mode.name);
          }
        }
      }
    }
    result.end_to_end_error_percent = print_table(table, results, result.text).mean;
  }
  return result;
}

bool has_seqsel_data(const std::string& folder) {
  const std::filesystem::path data(folder);
  return is_folder(data / "models") && is_folder(data / "systems") &&
         is_folder(executions_folder(data));
}

}  // namespace calculon
