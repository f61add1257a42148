#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "launch/launch_job.h"

namespace calculon {

// What a framework is told for a value of one of our keys. Of the rows of a key the first one
// counts that is for the value and applies to the job. Without one the framework has no words for
// the key: it is told nothing, and a comment says so unless the value is the usual one.
struct LaunchRow {
  std::string_view key;
  std::string_view value;  // that it is for, as setting_word() writes it; kAnyValue
  std::string_view words;  // with {} for the value; "": nothing, since the framework does so anyway
  std::string_view note;   // why it is not told, or not told all; ""
  bool (*applies)(const LaunchJob& job) = nullptr;        // null: always
  std::string (*filled)(const LaunchJob& job) = nullptr;  // what {} stands for; null: the value
};

inline constexpr std::string_view kAnyValue = "*";

// Notes that tables share.
inline constexpr std::string_view kNoArgument = "no argument for it is known";
inline constexpr std::string_view kNoExperts = "the model has no experts";

// What became of a key.
struct LaunchItem {
  std::string key;
  bool of_model = false;
  Json value;
  std::string words;
  std::string_view note;
};

// All keys, those of the model first; `model_note` is for keys of the model without a row.
std::vector<LaunchItem> launch_items(std::span<const LaunchRow> rows, const LaunchJob& job,
                                     std::string_view model_note = kNoArgument);

// A line for each value that is not told, which importing reads again: `# calculon: loss_kind =
// "in_place"  (no argument for it is known)`. Remarks follow.
std::string comment_lines(const std::vector<LaunchItem>& items, const LaunchJob& job);
inline constexpr std::string_view kSettingComment = "# calculon: ";
inline constexpr std::string_view kCommentReason = "  (";

// Conditions that tables share.
bool has_experts(const LaunchJob& job);
bool is_latent(const LaunchJob& job);
bool has_usual_heads(const LaunchJob& job);   // their width times their number is the hidden width
bool has_own_kv_heads(const LaunchJob& job);  // as many as heads
bool is_16_bit(const LaunchJob& job);
bool is_bfloat16(const LaunchJob& job);
bool gathers_storage(const LaunchJob& job);  // parameters in the type in which they are stored
bool has_layout(const LaunchJob& job);
bool has_pipeline(const LaunchJob& job);

}  // namespace calculon
