#include "fit/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/interrupted.h"
#include "base/text.h"
#include "calculon/base/parallel.h"
#include "fit/gauss_newton.h"

namespace calculon {
namespace {

constexpr std::string_view kHostTime = "host_kernel_seconds";
// The host's time is a floor: from below its true value nothing leads there.
constexpr std::array kHostStarts = {30e-6, 60e-6, 100e-6};

double in_six_digits(double value) {
  return *parse_number<double>(fmt::format("{:.6g}", value));
}

std::vector<Calibration> starts_of(std::span<const FitConstant* const> constants,
                                   const Calibration& start) {
  const bool host =
      std::any_of(constants.begin(), constants.end(),
                  [](const FitConstant* constant) { return constant->name == kHostTime; });
  if (!host) {
    return {start};
  }
  std::vector<Calibration> starts;
  for (const double seconds : kHostStarts) {
    starts.push_back(start);
    starts.back().host_kernel_seconds = seconds;
  }
  return starts;
}

// Says how many searches are done of all that there will be.
class SearchCount {
 public:
  SearchCount(const FitOptions& options, std::size_t all)
      : progress_(options.progress), all_(static_cast<std::int64_t>(all)) {}

  void add() { ++done_; }
  void tell() const {
    if (progress_) {
      progress_(done_.load(), all_);
    }
  }

 private:
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  std::atomic<std::int64_t> done_{0};
  std::int64_t all_;
};

// A search with all rows, and the problem that it solved.
struct Solved {
  FitProblem problem;
  GaussNewtonResult result;
};

Solved best_of(std::span<const FitRow> rows, std::span<const FitConstant* const> constants,
               const std::vector<Calibration>& starts, int threads, SearchCount& count,
               const std::atomic<bool>& stop) {
  std::optional<Solved> best;
  for (const Calibration& start : starts) {
    FitProblem problem(rows, constants, start, threads);
    GaussNewtonResult result = minimize(problem, problem.point(problem.start()), kNoRow, stop);
    if (!best || result.objective < best->result.objective) {
      best.emplace(Solved{std::move(problem), std::move(result)});
    }
    count.add();
    count.tell();
  }
  return *std::move(best);
}

// Each row by a search without it, which begins where the one with all rows ended.
std::vector<double> left_out_seconds(const Solved& solved, std::span<const FitRow> rows,
                                     int threads, SearchCount& count,
                                     const std::atomic<bool>& stop) {
  constexpr int kWatchMilliseconds = 200;
  const FitProblem alone = solved.problem.on_one_thread();
  FitPoint from = solved.result.point;
  solved.problem.find_slopes(from);
  std::vector<double> seconds(rows.size());
  const int used = std::min(threads, static_cast<int>(rows.size()));
  ChunkQueue queue(static_cast<std::int64_t>(rows.size()), used);
  const auto work = [&](int, const StopToken& stopped) {
    for (auto chunk = queue.next(); !chunk.empty() && !stopped; chunk = queue.next()) {
      for (auto i = static_cast<std::size_t>(chunk.begin); i < static_cast<std::size_t>(chunk.end);
           ++i) {
        const GaussNewtonResult without = minimize(alone, from, i, stop);
        seconds[i] = rows[i].seconds(alone.at(without.point.x));
        count.add();
      }
    }
  };
  run_threads(used, work, stop, kWatchMilliseconds, [&] { count.tell(); });
  if (stop) {
    throw Interrupted();
  }
  return seconds;
}

TouchedBound touched_bound(const FitProblem& problem, const std::vector<double>& x, std::size_t j) {
  if (x[j] <= problem.lower(j)) {
    return TouchedBound::kLeast;
  }
  return x[j] >= problem.upper(j) ? TouchedBound::kMost : TouchedBound::kNone;
}

}  // namespace

std::vector<double> predicted_seconds(std::span<const FitRow> rows, const Calibration& constants) {
  std::vector<double> seconds;
  for (const FitRow& row : rows) {
    seconds.push_back(row.seconds(constants));
  }
  return seconds;
}

FitResult fit(std::span<const FitRow> rows, std::span<const FitConstant* const> constants,
              const Calibration& start, const FitOptions& options, const std::atomic<bool>& stop) {
  const std::vector<Calibration> starts = starts_of(constants, start);
  const bool leave_one_out = options.leave_one_out && rows.size() > 1;
  SearchCount count(options, starts.size() + (leave_one_out ? rows.size() : 0));
  const Solved solved = best_of(rows, constants, starts, options.threads, count, stop);
  const std::vector<double>& x = solved.result.point.x;
  FitResult result;
  result.calibration = start;
  const Calibration found = solved.problem.at(x);
  for (std::size_t j = 0; j < constants.size(); ++j) {
    const FitConstant& constant = *constants[j];
    const double after = in_six_digits(found.*constant.member);
    result.calibration.*constant.member = after;
    result.constants.push_back(
        {&constant, start.*constant.member, after, touched_bound(solved.problem, x, j)});
  }
  result.objective = solved.result.objective;
  result.iterations = solved.result.iterations;
  result.seconds_before = predicted_seconds(rows, start);
  result.seconds_after = predicted_seconds(rows, result.calibration);
  if (leave_one_out) {
    result.seconds_left_out = left_out_seconds(solved, rows, options.threads, count, stop);
  }
  return result;
}

}  // namespace calculon
