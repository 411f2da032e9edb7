"""The words of a receipt, Vietnamese and English, key by key."""

from typing import Final, Literal

Language = Literal["vi", "en"]

WORDS: Final[dict[str, dict[Language, str]]] = {
    # Sections
    "title": {"vi": "GIẢI TRÌNH THỜI HẠN GIẢI QUYẾT", "en": "EXPLANATION OF A DEADLINE"},
    "deadline": {"vi": "Thời hạn", "en": "The deadline"},
    "counting": {"vi": "Thời gian đã tính", "en": "How time was counted"},
    "rungs": {"vi": "Các mốc", "en": "What comes next"},
    "hands": {"vi": "Ai giữ hồ sơ", "en": "Whose hands it was in"},
    "milestones": {"vi": "Thời hạn thành phần", "en": "Other deadlines"},
    "basis": {"vi": "Căn cứ", "en": "Legal basis"},
    "doubts": {"vi": "Điểm cần lưu ý", "en": "What to look at"},
    # Head
    "case": {"vi": "Hồ sơ", "en": "Case"},
    "procedure": {"vi": "Thủ tục", "en": "Procedure"},
    "agency": {"vi": "Cơ quan tiếp nhận", "en": "Receiving agency"},
    "at": {"vi": "Tính đến", "en": "As of"},
    "zone": {"vi": "giờ Việt Nam", "en": "Vietnam time"},
    "state": {"vi": "Tình trạng", "en": "State"},
    "result": {"vi": "Kết quả", "en": "Result"},
    "cause": {"vi": "Nguyên nhân trễ", "en": "Cause"},
    "handed_over": {"vi": "Đã trao kết quả", "en": "Result handed over"},
    "not_known": {"vi": "chưa biết", "en": "not known"},
    # The deadline
    "limit": {"vi": "Thời hạn theo quy định", "en": "Limit"},
    "no_limit": {
        "vi": "không có trong luật và danh mục",
        "en": "none in the law files and the catalogue",
    },
    "fixed_date": {"vi": "không dời khi tạm dừng", "en": "not moved by stops"},
    "begins": {"vi": "Bắt đầu tính", "en": "Counted from"},
    "stands_at": {"vi": "Tính đến khi kết thúc", "en": "Counted to"},
    "due_by_source": {"vi": "Ngày hẹn trả (theo nguồn)", "en": "Appointment (by the source)"},
    "due_by_law": {"vi": "Hạn theo quy định", "en": "Due by law"},
    "due_moves": {"vi": "còn dời khi đang tạm dừng", "en": "moves on while stopped"},
    "mismatch": {"vi": "Ngày hẹn so với quy định", "en": "Appointment against law"},
    "mismatch.none": {"vi": "cùng ngày", "en": "same day"},
    "mismatch.earlier": {"vi": "sớm hơn", "en": "earlier"},
    "mismatch.later": {"vi": "muộn hơn", "en": "later"},
    "remaining": {"vi": "Còn lại đến hạn trả", "en": "Left until it is due"},
    "overdue": {"vi": "Quá hạn", "en": "Overdue by"},
    "left_by_law": {"vi": "Còn lại theo quy định", "en": "Left by law"},
    "over_by_law": {"vi": "Quá hạn theo quy định", "en": "Overdue by law by"},
    "first_due": {"vi": "Ngày hẹn đầu tiên", "en": "First appointment"},
    # Counting
    "counted": {"vi": "tính", "en": "counted"},
    "stopped": {"vi": "không tính", "en": "not counted"},
    "lasts": {"vi": "chưa kết thúc", "en": "lasts"},
    "total": {"vi": "Cộng: đã tính", "en": "Together: counted"},
    "total_paused": {"vi": "tạm dừng", "en": "stopped"},
    "holiday": {"vi": "nghỉ", "en": "off"},
    "make_up": {"vi": "làm bù", "en": "worked instead"},
    "weekend_days": {"vi": "ngày nghỉ hằng tuần", "en": "weekend days"},
    "supplement": {"vi": "chờ bổ sung hồ sơ", "en": "waiting for papers"},
    "financial_obligation": {
        "vi": "chờ thực hiện nghĩa vụ tài chính",
        "en": "waiting for a payment due",
    },
    # States and results
    "state.not_started": {"vi": "chưa tiếp nhận", "en": "not received"},
    "state.running": {"vi": "đang tính giờ", "en": "the clock runs"},
    "state.paused": {"vi": "tạm dừng", "en": "the clock stands still"},
    "state.stopped": {"vi": "đã kết thúc", "en": "ended"},
    "early": {"vi": "sớm hạn", "en": "early"},
    "on_time": {"vi": "đúng hạn", "en": "on time"},
    "late": {"vi": "trễ hạn", "en": "late"},
    "in_system_technical": {
        "vi": "chỉ trễ trên hệ thống: lỗi kỹ thuật",
        "en": "only in the system: technical fault",
    },
    "in_system_clerk": {
        "vi": "chỉ trễ trên hệ thống: cán bộ kết thúc chậm",
        "en": "only in the system: closed late by the clerk",
    },
    "repeated_supplement": {"vi": "yêu cầu bổ sung nhiều lần", "en": "papers asked for repeatedly"},
    "intake_overdue": {"vi": "tiếp nhận quá hạn", "en": "taken in late"},
    "long_verification": {"vi": "thẩm tra, xác minh kéo dài", "en": "long verification"},
    "unknown": {"vi": "chưa rõ", "en": "not known"},
    # Rungs
    "due_soon": {"vi": "Sắp đến hạn", "en": "Due soon"},
    "apology_due": {"vi": "Phải xin lỗi, hẹn lại", "en": "Apology and new date due"},
    "rung.overdue": {"vi": "Quá hạn", "en": "Overdue"},
    "escalated_1": {"vi": "Báo thủ trưởng cơ quan", "en": "To the head of the agency"},
    "escalated_2": {"vi": "Báo cấp trên trực tiếp", "en": "To the level above"},
    "escalated_3": {"vi": "Báo lãnh đạo tỉnh", "en": "To the province"},
    "reached": {"vi": "đã đến", "en": "reached"},
    "left": {"vi": "còn", "en": "in"},
    # Hands and other deadlines
    "step": {"vi": "Đang xử lý", "en": "Now with"},
    "step_due": {"vi": "hạn của bước", "en": "due of the step"},
    "intake": {"vi": "Tiếp nhận hồ sơ trực tuyến", "en": "To take in what came online"},
    "request": {"vi": "Yêu cầu bổ sung", "en": "To ask for papers"},
    "hand_over": {"vi": "Trả hoặc công khai kết quả", "en": "To hand over or publish"},
    "outcome.waiting": {"vi": "chưa đến hạn", "en": "not due yet"},
    "outcome.in_time": {"vi": "đúng hạn", "en": "in time"},
    "outcome.late": {"vi": "trễ", "en": "late"},
    "outcome.overdue": {"vi": "quá hạn", "en": "overdue"},
    # Basis
    "law": {"vi": "Văn bản", "en": "Law"},
    "law_missing": {
        "vi": "chưa có tệp luật cho ngày tiếp nhận; dùng quy tắc gần nhất",
        "en": "no law file holds on the day of reception; the nearest one stands in",
    },
    "verified": {"vi": "đã kiểm chứng", "en": "verified"},
    "assumed": {"vi": "giả định", "en": "assumed"},
    "setting": {"vi": "cài đặt", "en": "setting"},
    "basis.limit": {"vi": "Thời hạn", "en": "Limit"},
    "basis.ends": {"vi": "Giờ kết thúc", "en": "End of the limit"},
    "basis.pauses": {"vi": "Tạm dừng", "en": "Stops"},
    "basis.reappointments": {"vi": "Hẹn lại", "en": "New appointments"},
    "basis.supplements": {"vi": "Bổ sung", "en": "Supplements"},
    "basis.late_by": {"vi": "Đúng hạn", "en": "On time"},
    "basis.mismatch_by": {"vi": "So sánh ngày hẹn", "en": "Comparing the appointment"},
    "basis.kind": {"vi": "Loại thời hạn", "en": "Kind of limit"},
    "basis.intake": {"vi": "Tiếp nhận", "en": "Intake"},
    "basis.request": {"vi": "Yêu cầu bổ sung", "en": "Asking for papers"},
    "basis.hand_over": {"vi": "Trả kết quả", "en": "Hand-over"},
    "basis.ladder": {"vi": "Các mốc", "en": "Rungs"},
    # Doubts
    "forecast": {
        "vi": "lịch nghỉ dự kiến, chưa có thông báo",
        "en": "holidays computed, not announced yet",
    },
    "done_without_finish": {
        "vi": "báo đã xong nhưng không có thời điểm kết thúc",
        "en": "said to be done, without a time of finish",
    },
    "due_before_received": {
        "vi": "hẹn trả trước khi tiếp nhận",
        "en": "due before it was received",
    },
    "finished_before_received": {
        "vi": "kết thúc trước khi tiếp nhận",
        "en": "finished before it was received",
    },
    "finished_without_received": {
        "vi": "đã kết thúc nhưng không có thời điểm tiếp nhận",
        "en": "finished, without a time of reception",
    },
    "in_future": {"vi": "có thời điểm trong tương lai", "en": "a time lies in the future"},
    "outside_calendar": {
        "vi": "ngoài các năm có lịch làm việc",
        "en": "outside the years of the working calendar",
    },
    "paused_without_time": {
        "vi": "tạm dừng nhưng không rõ từ khi nào",
        "en": "stopped, but since when is not known",
    },
    "received_before_submitted": {
        "vi": "tiếp nhận trước khi nộp",
        "en": "received before it was submitted",
    },
    "received_without_acceptance": {
        "vi": "có thời điểm tiếp nhận nhưng trạng thái chưa tiếp nhận",
        "en": "a time of reception, but a status of not accepted",
    },
    "refused_after_received": {
        "vi": "vừa tiếp nhận vừa từ chối",
        "en": "both received and refused",
    },
    "returned_before_received": {
        "vi": "trả kết quả trước khi tiếp nhận",
        "en": "handed over before it was received",
    },
    "supplement_after_finish": {
        "vi": "yêu cầu bổ sung sau khi kết thúc",
        "en": "papers asked for after the finish",
    },
    "supplement_before_received": {
        "vi": "yêu cầu bổ sung trước khi tiếp nhận",
        "en": "papers asked for before reception",
    },
    "supplement_received_before_requested": {
        "vi": "bổ sung trước khi được yêu cầu",
        "en": "papers received before they were asked for",
    },
    "waiting_after_finish": {
        "vi": "trạng thái chờ nhưng đã kết thúc",
        "en": "a status of waiting, but finished",
    },
    "reappointed_again": {
        "vi": "hẹn lại quá số lần cho phép",
        "en": "appointed anew more often than allowed",
    },
    "supplemented_again": {
        "vi": "yêu cầu bổ sung quá số lần cho phép",
        "en": "papers asked for more often than allowed",
    },
    # Units
    # English in the plural; one of something loses the last letter.
    "working_day": {"vi": "ngày làm việc", "en": "working days"},
    "working_hour": {"vi": "giờ làm việc", "en": "working hours"},
    "calendar_day": {"vi": "ngày", "en": "calendar days"},
    "month": {"vi": "tháng", "en": "months"},
    "hour": {"vi": "giờ", "en": "h"},
    "minute": {"vi": "phút", "en": "min"},
    "second": {"vi": "giây", "en": "s"},
}

WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
