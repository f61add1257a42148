#include "study/points/record_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"
#include "study/points/calibrated_record.h"
#include "study/spec/methodology.h"
#include "text/distribution.h"

namespace calculon {
namespace {

enum class Kind { kText, kCount, kNumber, kObject, kList };
enum class Presence { kNever, kMay, kMust };

struct RecordKey {
  std::string_view name;
  Kind kind;
  // In a record of each status.
  Presence ok;
  Presence infeasible;
  Presence invalid;
};

constexpr auto kNever = Presence::kNever;
constexpr auto kMay = Presence::kMay;
constexpr auto kMust = Presence::kMust;

constexpr std::array<RecordKey, 13> kRecordKeys = {{
    {"id", Kind::kText, kMust, kMust, kMust},
    {"sum", Kind::kText, kMay, kMay, kMay},
    {"axes", Kind::kObject, kMust, kMust, kMust},
    {"status", Kind::kText, kMust, kMust, kMust},
    {"enumerated", Kind::kCount, kMust, kMust, kNever},
    {"feasible", Kind::kCount, kMust, kMust, kNever},
    {"bad", Kind::kObject, kMust, kMust, kNever},
    {"closest", Kind::kObject, kNever, kMay, kNever},
    {"best", Kind::kList, kMust, kMust, kNever},
    {"summary", Kind::kObject, kMay, kNever, kNever},
    {"seconds", Kind::kNumber, kMust, kMust, kMust},
    {"why", Kind::kText, kNever, kMay, kMust},
    {"reason_kind", Kind::kText, kNever, kMay, kMay},
}};

[[noreturn]] void refuse(const std::string& what) {
  throw InputError(what);
}

bool is_count(const Json& json) {
  return json.is_number_integer() && json.get<double>() >= 0 &&
         json.get<double>() <= static_cast<double>(INT64_MAX / 2);
}

bool is_scalar(const Json& json) {
  return json.is_primitive() && !json.is_null();
}

bool has_kind(const Json& json, Kind kind) {
  switch (kind) {
    case Kind::kText:
      return json.is_string();
    case Kind::kCount:
      return is_count(json);
    case Kind::kNumber:
      return json.is_number();
    case Kind::kObject:
      return json.is_object();
    case Kind::kList:
      return json.is_array();
  }
  return false;
}

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 5> kNames = {"text", "count", "number", "object", "list"};
  return kNames[static_cast<std::size_t>(kind)];
}

// The member, which has to be there and to be of this kind.
const Json& member(const Json& object, std::string_view key, Kind kind) {
  const auto found = object.find(std::string(key));
  if (found == object.end()) {
    refuse(fmt::format("it lacks the key '{}'", key));
  }
  if (!has_kind(*found, kind)) {
    refuse(fmt::format("its key '{}' is no {}", key, name_of(kind)));
  }
  return *found;
}

Presence RecordKey::*presence_at(const Json& record) {
  const std::string& status = member(record, "status", Kind::kText).get_ref<const std::string&>();
  if (status != "ok" && status != "infeasible" && status != "invalid") {
    refuse("its status is none that a record has");
  }
  return status == "ok"           ? &RecordKey::ok
         : status == "infeasible" ? &RecordKey::infeasible
                                  : &RecordKey::invalid;
}

void check_keys(const Json& record, Presence RecordKey::*presence) {
  for (const RecordKey& key : kRecordKeys) {
    if (key.*presence == kMust ||
        (key.*presence == kMay && record.contains(std::string(key.name)))) {
      member(record, key.name, key.kind);
    }
  }
  for (const auto& item : record.items()) {
    if (std::none_of(kRecordKeys.begin(), kRecordKeys.end(), [&](const RecordKey& key) {
          return key.name == item.key() && key.*presence != kNever;
        })) {
      refuse("it has a key that no record of its status has");
    }
  }
}

// Whether JSON holds a value of a setting's type.
template <class Value>
bool holds(const Json& json) {
  if constexpr (std::is_same_v<Value, bool>) {
    return json.is_boolean();
  } else if constexpr (std::is_integral_v<Value>) {
    return is_count(json);
  } else {
    return json.is_string() && enum_from_name<Value>(json.get_ref<const std::string&>());
  }
}

// What is known of a member of an execution or of its statistics.
struct KnownMember {
  bool (*fits)(const Json&);
  Audience audience;
};
using KnownMembers = std::unordered_map<std::string_view, KnownMember>;

void add_member(std::string_view name, const KnownMember& member, KnownMembers& known) {
  const auto [found, is_new] = known.emplace(name, member);
  found->second.audience = static_cast<Audience>(found->second.audience | member.audience);
}

const KnownMembers& settings() {
  static const KnownMembers kSettings = [] {
    KnownMembers known;
    for_each_field(kStrategyFields, [&](const auto& field) {
      using Value = std::remove_cvref_t<decltype(std::declval<Strategy>().*field.member)>;
      add_member(field.name, {holds<Value>, field.audience}, known);
    });
    return known;
  }();
  return kSettings;
}

// One without a value is null.
bool is_statistic(const Json& json) {
  return json.is_number() || json.is_null();
}

const KnownMembers& statistics_members() {
  static const KnownMembers kStatistics = [] {
    KnownMembers known;
    for (const StatField& field : kStatsFields) {
      add_member(field.name, {is_statistic, field.audience}, known);
    }
    return known;
  }();
  return kStatistics;
}

// All members that a preset has and no others.
void check_members(const Json& object, const KnownMembers& known, Preset preset,
                   std::string_view what) {
  std::size_t seen = 0;
  for (const auto& item : object.items()) {
    const auto found = known.find(item.key());
    if (found == known.end() || !is_in(found->second.audience, preset)) {
      refuse(fmt::format("it has {} that there is not", what));
    }
    if (!found->second.fits(item.value())) {
      refuse(fmt::format("its {} '{}' has no such value", what, found->first));
    }
    ++seen;
  }
  const auto all = std::count_if(known.begin(), known.end(), [&](const auto& entry) {
    return is_in(entry.second.audience, preset);
  });
  if (seen != static_cast<std::size_t>(all)) {
    refuse(fmt::format("it lacks {}", what));
  }
}

Preset check_published_execution(const Json& execution) {
  const Preset preset = execution.contains("methodology") ? Preset::kCorrected
                        : execution.contains("model_MoE") ? Preset::kCalculonMoe
                                                          : Preset::kCalculon;
  check_members(execution, settings(), preset, "a setting");
  return preset;
}

void check_best(const Json& best, bool ok) {
  if (best.empty() == ok) {
    refuse(ok ? "it has no execution" : "it has executions though none fits");
  }
  for (const Json& each : best) {
    if (!each.is_object() || each.size() != 2) {
      refuse("its executions are no pairs of 'execution' and 'stats'");
    }
    const Json& execution = member(each, "execution", Kind::kObject);
    const Json& stats = member(each, "stats", Kind::kObject);
    if (says_calibrated(execution)) {
      check_calibrated_execution(execution);
      check_calibrated_stats(stats);
    } else {
      check_members(stats, statistics_members(), check_published_execution(execution),
                    "a statistic");
    }
  }
}

void check_closest(const Json& closest) {
  member(closest, "reason", Kind::kText);
  member(closest, "what", Kind::kText);
  for (const char* key : {"needed", "available"}) {
    if (!closest.contains(key) || !is_statistic(closest.at(key))) {
      refuse(fmt::format("its key '{}' is no number", key));
    }
  }
  const Json& execution = member(closest, "execution", Kind::kObject);
  if (says_calibrated(execution)) {
    check_calibrated_execution(execution);
  } else {
    check_published_execution(execution);
  }
}

void check_summary(const Json& summary) {
  const Distribution distribution = distribution_of(summary);
  if (distribution.counts.size() != Distribution::kBins ||
      std::any_of(distribution.counts.begin(), distribution.counts.end(),
                  [](std::int64_t count) { return count < 0; })) {
    refuse(fmt::format("its summary has no {} counts", Distribution::kBins));
  }
}

}  // namespace

void check_record(const Json& record) {
  if (!record.is_object()) {
    refuse("it is no object");
  }
  const auto presence = presence_at(record);
  check_keys(record, presence);
  for (const auto& label : record.at("axes").items()) {
    if (!is_scalar(label.value())) {
      refuse("a label of its axes is neither a number nor a text");
    }
  }
  if (presence == &RecordKey::invalid) {
    return;
  }
  for (const auto& count : record.at("bad").items()) {
    if (!is_count(count.value())) {
      refuse("its key 'bad' holds what is no count");
    }
  }
  if (record.at("feasible").get<std::int64_t>() > record.at("enumerated").get<std::int64_t>()) {
    refuse("it has more feasible executions than executions");
  }
  check_best(record.at("best"), presence == &RecordKey::ok);
  if (record.contains("closest")) {
    check_closest(record.at("closest"));
  }
  if (record.contains("summary")) {
    check_summary(record.at("summary"));
  }
}

}  // namespace calculon
