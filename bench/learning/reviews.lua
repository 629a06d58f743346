-- AdmissionReviews for wrk: another workload each time, at the pace of BENCH_PACE ms a connection.
local file = assert(io.open(os.getenv("BENCH_REVIEW"), "r"))
local review = file:read("*a")
file:close()
local workloads = tonumber(os.getenv("BENCH_WORKLOADS"))
local pace = tonumber(os.getenv("BENCH_PACE"))
local next = 0

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function request()
  next = (next + 7919) % workloads
  -- as the made-up mesh spreads them
  local body = review:gsub('"namespace": "bench"', '"namespace": "bench-' .. next % 10 .. '"'):gsub("WORKLOAD", "app-" .. next)
  return wrk.format(nil, nil, nil, body)
end

function delay() return pace end

function response(status, _, body)
  if status ~= 200 then
    print("unexpected answer: " .. status .. " " .. body)
    os.exit(1)
  end
end
