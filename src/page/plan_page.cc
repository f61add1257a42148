#include "page/plan_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "calculon/base/quantity_text.h"
#include "page/page_inputs.h"
#include "page/plan_plots.h"
#include "text/plan_fields.h"
#include "text/plan_table.h"
#include "text/result_inputs.h"

namespace calculon {
namespace {

constexpr const char* kMixedKey = "steps_including_abandoned";
constexpr const char* kUniformKey = "plans_out_of_memory";

double amount(const JsonReader& value) {
  return value.number(kAnyReal);
}

// The elements of a list as one text.
template <class Word>
std::string list_text(const JsonReader& list, std::string_view separator, const Word& word) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < list.size(); ++i) {
    words.push_back(word(list[i]));
  }
  return fmt::format("{}", fmt::join(words, separator));
}

std::string count_text(const JsonReader& count) {
  return fmt::format("{}", count.integer(0));
}

// One of the two numbers of a list.
std::int64_t of_two(const JsonReader& list, std::size_t index, std::int64_t least) {
  if (list.size() != 2) {
    list.reject("an array of two numbers");
  }
  return list[index].integer(least);
}

std::string degrees_text(const JsonReader& strategy) {
  return fmt::format("{}x{}", of_two(strategy, 0, 1), of_two(strategy, 1, 1));
}

std::string devices_text(const JsonReader& devices) {
  std::vector<std::string> words;
  for (const std::string_view type : devices.keys()) {
    words.push_back(fmt::format("{} x {}", devices[type].integer(1), type));
  }
  return fmt::format("{}", fmt::join(words, " + "));
}

std::string layers_text(const JsonReader& layers) {
  const std::int64_t first = of_two(layers, 0, 0);
  const std::int64_t end = of_two(layers, 1, 0);
  return end <= first       ? "none"
         : end == first + 1 ? fmt::format("{}", first)
                            : fmt::format("{}-{}", first, end - 1);
}

// One result on its way to the page.
class PlanSection {
 public:
  PlanSection(const PlanResult& result, bool several, PageContent& content)
      : label_(result.label),
        reader_(result.label, result.json),
        several_(several),
        content_(content) {}

  void add() {
    content_.sources.push_back(inputs());
    const JsonReader top = reader_["top"];
    if (top.size() == 0) {
      content_.left_out.push_back(label_ + ": no plan fits.");
      return;
    }
    if (reader_.has(kUniformKey)) {
      add_uniform(top);
    } else {
      add_mixed(top);
    }
  }

 private:
  PageInputs inputs() const {
    PageInputs found =
        reader_.has(kInputsKey) ? page_inputs_of(reader_[kInputsKey].json()) : PageInputs();
    found.of = label_;
    return found;
  }

  // A row of the table, with the file where there are several.
  void begin_row() {
    content_.rows.add_row();
    if (several_) {
      content_.rows.set("file", label_);
    }
  }
  void set(std::string_view column, const Cell& cell) { content_.rows.set(column, cell); }

  // A plot or table of those rows of this result that have a value in a column: `stage` or `rank`.
  void add_plot(Json plot, const std::string& title, const char* column) {
    const char* const missing = std::string_view(column) == "stage" ? "rank" : "stage";
    plot["title"] = several_ ? label_ + ": " + title : title;
    plot["where"][missing] = nullptr;
    if (several_) {
      plot["where"]["file"] = label_;
    }
    content_.plots.push_back(std::move(plot));
  }

  bool published() const { return reader_["quirks"].string() != "fixed"; }

  void add_mixed(const JsonReader& top) {
    const JsonReader best = reader_["best"];
    const JsonReader stages = best["stages"];
    for (std::size_t i = 0; i < stages.size(); ++i) {
      add_stage(i, stages[i]);
    }
    for (std::size_t i = 0; i < top.size(); ++i) {
      add_plan(i, top[i]);
    }
    describe_best(top[0], best, stages);
    Json plot = {{"type", kPlanTimelinePlot},
                 {"micro_batches", top[0]["micro_batches"].integer(1)},
                 {"stages_charged", top[0]["stages_charged"].integer(1)}};
    plot["parts"] = Json::array();
    for (const PlanPart& part : kPlanParts) {
      plot["parts"].push_back({{"name", part.name}, {"ms", amount(best[part.key])}});
    }
    add_plot(plot, "The schedule of an iteration", "stage");
    plot["type"] = kPlanPartsPlot;
    add_plot(plot, "Where the iteration goes", "stage");
    add_plot({{"type", kPlanMemoryPlot}, {"published", published()}}, "Memory by stage", "stage");
    add_plot({{"type", "table"},
              {"columns",
               {"stage", "devices", "data_par", "tensor_par", "microbatch", "layers",
                "microbatch_time", "memory", "capacity", "used"}}},
             "The best plan, stage by stage", "stage");
    add_plot({{"type", "table"},
              {"columns",
               {"rank", "cost", "sequences_per_second", "types", "groups", "strategies",
                "micro_batches", "layers"}}},
             "The best plans", "rank");
  }

  void add_stage(std::size_t number, const JsonReader& stage) {
    const double memory = amount(stage["memory_mb"]) / kMbPerGib;
    const double capacity = stage["available_mb"].number(kPositive) / kMbPerGib;
    begin_row();
    set("stage", number);
    set("devices", devices_text(stage["devices"]));
    set("data_par", stage["data_par"].integer(1));
    set("tensor_par", stage["tensor_par"].integer(1));
    set("microbatch", stage["microbatch"].integer(0));
    set("layers", layers_text(stage["layers"]));
    set("microbatch_time", stage["stage_ms"].number(kNotNegative));
    set("reduction_time", amount(stage["data_ms"]));
    set("update_time", amount(stage["optimizer_ms"]));
    set("transfer_time", amount(stage["transfer_ms"]));
    set("memory", memory);
    set("capacity", capacity);
    set("used", memory / capacity);
  }

  void add_plan(std::size_t rank, const JsonReader& plan) {
    const auto strip = [](const JsonReader& text) { return text.string(); };
    begin_row();
    set("rank", rank + 1);
    set_cost(plan);
    set("types", list_text(plan["type_sequence"], ", ", strip));
    set("groups", list_text(plan["device_groups"], " ", count_text));
    set("strategies", list_text(plan["strategies"], " ", degrees_text));
    set("micro_batches", plan["micro_batches"].integer(1));
    set("layers", list_text(plan["layer_partition"], " ", count_text));
    set("stages_charged", plan["stages_charged"].integer(1));
  }

  void set_cost(const JsonReader& plan) {
    const double cost = plan["cost"].number(kPositive);
    set("cost", cost);
    if (const double rate = sequences_per_second(cost); rate > 0) {
      set("sequences_per_second", rate);
    }
  }

  // 0 if the result does not tell its batch.
  double sequences_per_second(double cost) const {
    const char* const key = "batch_size";
    if (!reader_.has(kInputsKey) || !reader_[kInputsKey].has(key)) {
      return 0;
    }
    return 1000 * static_cast<double>(reader_[kInputsKey][key].integer(1)) / cost;
  }

  void describe_best(const JsonReader& plan, const JsonReader& best, const JsonReader& stages) {
    const double cost = plan["cost"].number(kPositive);
    const double rate = sequences_per_second(cost);
    const auto bottleneck = static_cast<std::size_t>(
        best["bottleneck"].integer(0, static_cast<std::int64_t>(stages.size()) - 1));
    const std::int64_t microbatches = plan["micro_batches"].integer(1);
    content_.notes += fmt::format(
        "{}{}The best plan takes {:.6g} ms an iteration{}: {} {} over {} {}, of which stage {} "
        "({}) "
        "takes longest.",
        content_.notes.empty() ? "" : "\n", several_ ? label_ + ": " : "", cost,
        rate > 0 ? fmt::format(", {:.4g} sequences/s", rate) : "", grouped_digits(microbatches),
        microbatches == 1 ? "microbatch" : "microbatches", stages.size(),
        stages.size() == 1 ? "stage" : "stages", bottleneck,
        devices_text(stages[bottleneck]["devices"]));
  }

  void add_uniform(const JsonReader& top) {
    const double capacity = reader_["memory_mb"].number(kPositive) / kMbPerGib;
    const std::string devices = reader_["device_type"].string();
    const JsonReader memory = top[0]["stage_memory_mb"];
    for (std::size_t i = 0; i < memory.size(); ++i) {
      begin_row();
      set("stage", i);
      set("devices", devices);
      set("memory", amount(memory[i]) / kMbPerGib);
      set("capacity", capacity);
      set("used", amount(memory[i]) / kMbPerGib / capacity);
    }
    for (std::size_t i = 0; i < top.size(); ++i) {
      begin_row();
      set("rank", i + 1);
      set_cost(top[i]);
      for (const char* degree : {"pp", "tp", "dp", "microbatch", "micro_batches"}) {
        set(degree, top[i][degree].integer(1));
      }
      set("out_of_memory", top[i]["out_of_memory"].boolean());
    }
    add_plot({{"type", kPlanMemoryPlot}, {"published", false}}, "Memory by stage", "stage");
    add_plot({{"type", "table"},
              {"columns",
               {"rank", "cost", "sequences_per_second", "pp", "tp", "dp", "microbatch",
                "micro_batches", "out_of_memory"}}},
             "The best plans", "rank");
  }

  const std::string& label_;
  JsonReader reader_;
  bool several_;
  PageContent& content_;
};

}  // namespace

bool is_plan_result(std::string_view start) {
  const auto has = [&](const char* key) {
    return start.find(fmt::format("\"{}\"", key)) != std::string_view::npos;
  };
  return has(kMixedKey) || has(kUniformKey);
}

PageContent plan_page(std::span<const PlanResult> results) {
  PageContent content;
  for (const PlanResult& result : results) {
    PlanSection(result, results.size() > 1, content).add();
  }
  content.title = "Training plan";
  if (const std::string inputs = common_inputs(content.sources); !inputs.empty()) {
    content.title += ": " + inputs;
  }
  return content;
}

}  // namespace calculon
