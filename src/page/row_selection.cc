#include "page/row_selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "calculon/base/input_error.h"
#include "calculon/base/quantity_text.h"

namespace calculon {

RowSelection::RowSelection(std::string name, bool ranked, std::size_t most, std::size_t first)
    : name_(std::move(name)), ranked_(ranked), most_(most), first_(std::min(first, most)) {}

bool RowSelection::offer(const Row& row) {
  ++number_;
  if (row.rate) {
    rates_.add(*row.rate);
  }
  const double rate = row.rate.value_or(-std::numeric_limits<double>::infinity());
  uses_ = is_best_of_split(row, rate) ? 1 : 0;
  if (!ranked_) {
    uses_ += is_among_best(rate) ? 1 : 0;
    return uses_ > 0;
  }
  if (number_ > kMostRanked) {
    throw InputError(fmt::format("{}: has more than {} ranked rows, which no search writes", name_,
                                 kMostRanked));
  }
  if (number_ > most_ && !is_cut_) {
    cut();
  }
  uses_ += number_ <= (is_cut_ ? first_ : most_) ? 1 : 0;
  return uses_ > 0;
}

bool RowSelection::is_best_of_split(const Row& row, double rate) {
  constexpr std::size_t kMostSplits = 10'000;
  const auto [found, added] =
      best_of_split_.try_emplace(row.split, Candidate{rate, row.memory, number_});
  if (added) {
    if (best_of_split_.size() > kMostSplits) {
      throw InputError(
          fmt::format("{}: row {}: there are more than {} splits over tensor_par and pipeline_par",
                      name_, number_, kMostSplits));
    }
    return true;
  }
  Candidate& best = found->second;
  if (rate < best.rate || (rate == best.rate && row.memory >= best.memory)) {
    return false;
  }
  release(best.number);
  best = {rate, row.memory, number_};
  return true;
}

bool RowSelection::is_among_best(double rate) {
  if (best_.size() == kBest && rate <= best_.back().rate) {
    return false;
  }
  const auto place = std::find_if(best_.begin(), best_.end(),
                                  [&](const Candidate& kept) { return rate > kept.rate; });
  best_.insert(place, {rate, 0, number_});
  if (best_.size() > kBest) {
    release(best_.back().number);
    best_.pop_back();
  }
  return true;
}

void RowSelection::keep(std::string text) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  kept_bytes_ += text.size();
  if (kept_bytes_ > kMostBytes) {
    throw InputError(fmt::format("{}: row {}: the rows that a page needs take more than {} MiB",
                                 name_, number_, kMostBytes >> 20));
  }
  kept_[number_] = {std::move(text), uses_};
}

void RowSelection::cut() {
  is_cut_ = true;
  for (std::size_t number = first_ + 1; number < number_; ++number) {
    release(number);
  }
}

void RowSelection::release(std::size_t number) {
  const auto found = kept_.find(number);
  if (found != kept_.end() && --found->second.uses == 0) {
    kept_bytes_ -= found->second.text.size();
    kept_.erase(found);
  }
}

std::vector<RowSelection::Kept> RowSelection::take() {
  std::vector<Kept> rows;
  for (std::size_t rank = 0; rank < best_.size(); ++rank) {
    const std::size_t number = best_[rank].number;
    rows.push_back({number, rank, std::move(kept_.at(number).text)});
    kept_.erase(number);
  }
  for (auto& [number, kept] : kept_) {
    rows.push_back({number, {}, std::move(kept.text)});
  }
  kept_.clear();
  return rows;
}

std::optional<Distribution> RowSelection::rates() const {
  return rates_.count() > 0 ? std::optional(rates_.finish()) : std::nullopt;
}

std::string RowSelection::left_out(std::string_view name, std::size_t num_kept) const {
  if (num_kept == number_) {
    return "";
  }
  const std::string first =
      ranked_ ? fmt::format("the first {}", grouped_digits(static_cast<std::int64_t>(first_)))
              : fmt::format("the {} best by sample rate", kBest);
  return fmt::format(
      "Of the {} rows of {} this page holds {}: {} and the best one of each split over tensor and "
      "pipeline parallelism.{}",
      grouped_digits(static_cast<std::int64_t>(number_)), name,
      grouped_digits(static_cast<std::int64_t>(num_kept)), first,
      ranked_ ? "" : " Distributions are those of all rows.");
}

}  // namespace calculon
