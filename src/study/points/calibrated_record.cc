#include "study/points/calibrated_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "calibrated/calibrated_execution_json.h"
#include "calibrated/search/calibrated_walker.h"
#include "text/calibrated_report.h"
#include "text/json_report.h"

namespace calculon {
namespace {

Json rejected_json(const RejectedExecution& closest) {
  return {{"reason", closest.rule},
          {"what", fmt::format("{} (rule {})", closest.words, closest.rule)},
          {"needed", to_json(closest.needed)},
          {"available", to_json(closest.available)},
          {"execution", calibrated_execution_json(closest.execution)}};
}

std::string kind_of_rejection(std::string_view rule) {
  return rule == kMemoryRule ? "memory is too small" : fmt::format("rule {}", rule);
}

Json best_entry(const PointTask& task, const RankedExecution& ranked) {
  Json stats = calibrated_json({*task.transformer, *task.system, ranked.execution, ranked.stats});
  stats.erase("uncertainty");
  return {{"execution", calibrated_execution_json(ranked.execution)}, {"stats", std::move(stats)}};
}

using MemberNames = std::set<std::string_view>;

template <class Fields>
void add_names(const Fields& fields, MemberNames& names) {
  for (const auto& field : fields) {
    names.insert(field.name);
  }
}

// The member of this name, whatever it is.
const Json& member_of(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end()) {
    throw InputError(fmt::format("its statistics lack '{}'", name));
  }
  return *found;
}

// Throws unless an object has a number, or null, for each name, and no more than `others` besides.
void require_figures_of(const Json& object, const MemberNames& names, std::size_t others) {
  const auto is_figure = [&](std::string_view name) {
    const auto found = object.find(std::string(name));
    return found != object.end() && (found->is_number() || found->is_null());
  };
  if (!object.is_object() || object.size() != names.size() + others ||
      !std::all_of(names.begin(), names.end(), is_figure)) {
    throw InputError("it lacks a statistic, or has one that there is not");
  }
}

template <class Is>
void require_list(const Json& list, const Is& is) {
  if (!list.is_array() || list.empty() || !std::all_of(list.begin(), list.end(), is)) {
    throw InputError("its pipeline stages are not told as a list");
  }
}

}  // namespace

MaybeNoAnswer add_calibrated_answer(const PointTask& task, const CalibratedAnswer& answer,
                                    Json& record) {
  const bool found = answer.kept > 0;
  const bool filtered = task.search && !task.search->calibrated->options.where.empty();
  record["status"] = found ? "ok" : "infeasible";
  record["enumerated"] = answer.tally.total();
  record["feasible"] = filtered ? answer.kept : answer.tally.good();
  record["bad"] = Json::object();
  for (const RuleTally::Rejections& each : answer.tally.sorted()) {
    record["bad"][std::string(each.rule)] = each.count;
  }
  MaybeNoAnswer no_answer;
  if (answer.closest) {
    record["closest"] = rejected_json(*answer.closest);
    no_answer = NoAnswer{kind_of_rejection(answer.closest->rule), ""};
  }
  if (!found && answer.tally.good() > 0) {
    no_answer = none_meets_where(answer.tally.good());
  }
  record["best"] = Json::array();
  for (const RankedExecution& ranked : answer.best) {
    record["best"].push_back(best_entry(task, ranked));
  }
  return no_answer;
}

void check_calibrated_execution(const Json& execution) {
  if (calibrated_execution_json(to_calibrated_execution(JsonReader("execution", execution))) !=
      execution) {
    throw InputError("it lacks a setting, or has one that there is not");
  }
}

void check_calibrated_stats(const Json& stats) {
  MemberNames figures = {"parameters", "active_parameters"};
  add_names(kCalibratedFields, figures);
  require_figures_of(stats, figures, 3);
  MemberNames times;
  add_names(kStepTimeFields, times);
  require_figures_of(member_of(stats, "time"), times, 0);
  MemberNames needs = {"peak_stage"};
  add_names(kDeviceNeedFields, needs);
  const Json& memory = member_of(stats, "memory");
  require_figures_of(memory, needs, 2);
  if (const Json& verdict = member_of(memory, "verdict");
      !verdict.is_string() || !enum_from_name<MemoryVerdict>(verdict.get<std::string>())) {
    throw InputError("its statistics have a verdict on memory that there is not");
  }
  MemberNames parts;
  add_names(kStageMemoryFields, parts);
  require_list(member_of(memory, "stages"), [&](const Json& stage) {
    require_figures_of(stage, parts, 0);
    return true;
  });
  require_list(member_of(stats, "stage_blocks"),
               [](const Json& blocks) { return blocks.is_number_integer(); });
}

}  // namespace calculon
