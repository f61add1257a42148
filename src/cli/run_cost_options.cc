#include "cli/run_cost_options.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace calculon {
namespace {

// Makes "15T" "15e12". Returns what is wrong with the text, or nothing.
std::string expand_count(std::string& text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSuffixes = {
      {{"kK", "e3"}, {"mM", "e6"}, {"bBgG", "e9"}, {"tT", "e12"}}};
  for (const auto& [letters, power] : kSuffixes) {
    if (!text.empty() && letters.find(text.back()) != std::string_view::npos) {
      const std::string expanded = text.substr(0, text.size() - 1) + std::string(power);
      if (parse_number<double>(expanded)) {
        text = expanded;
        return "";
      }
    }
  }
  return parse_number<double>(text)
             ? ""
             : fmt::format(
                   "{} is no number, expected one such as 15e12 or 15T (k, M, B and T are "
                   "thousands to trillions)",
                   text);
}

}  // namespace

void add_run_cost_options(CLI::App& app, RunCostOptions& options) {
  constexpr auto kGroup = "The whole training run";
  const auto add = [&](const char* name, std::optional<double>& value, const char* help) {
    return app.add_option(name, value, help)->type_name("NUMBER")->group(kGroup);
  };
  add("--tokens", options.tokens,
      "tokens of the run, such as 15e12 or 15T: tells days and GPU hours")
      ->transform(CLI::Validator(expand_count, ""));
  add("--price-per-hour", options.price_per_hour, "dollars for an hour of one GPU");
  add("--power-per-gpu", options.power_per_gpu, "watts of one GPU with all that serves it");
  add("--mtbf-hours", options.mtbf_hours,
      "mean hours between failures of the whole job, whatever fails: tells the goodput with "
      "checkpoints at Daly's optimal interval");
  add("--checkpoint-seconds", options.checkpoint_seconds,
      "seconds that training stands still for a checkpoint");
  add("--restart-seconds", options.restart_seconds,
      "seconds from a failure until training goes on (default 0)");
}

}  // namespace calculon
